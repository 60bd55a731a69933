import type { AuthorizationData } from '@aws-sdk/client-ecr'
import type { RegistryAuthorization } from '../../images/ports.ts'
import { present } from './present.ts'

/** What `docker login` needs, out of ECR's token; absent where the answer holds none. */
export function authorizationOf(
  { authorizationToken, proxyEndpoint, expiresAt }: AuthorizationData,
  repository: string,
): RegistryAuthorization | undefined {
  if (authorizationToken === undefined || proxyEndpoint === undefined) return undefined
  const [username = '', ...password] = Buffer.from(authorizationToken, 'base64').toString().split(':')
  return present({
    username,
    password: password.join(':'),
    endpoint: endpointOf(proxyEndpoint, repository),
    expiresAt: expiresAt?.getTime(),
  })
}

/**
 * ECR names the registry of the caller's own account, though its token is good for every registry that the caller may use: the repository
 * says which one is meant. A registry that stands where ECR would, as in the sandbox, names itself.
 */
function endpointOf(answered: string, repository: string): string {
  const [host] = repository.split('/')
  return /^https:\/\/\d{12}\.dkr[.-]ecr/.test(answered) ? `https://${host}` : answered
}
