import type { Docker } from '../../build/ports.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import { registryOf } from '../../names/registry-of.ts'
import type { Ports } from '../ports.ts'
import { survey } from '../services/survey.ts'

/** How Docker gets at one registry. */
export type RegistryLogin = {
  /** Its host: `123456789012.dkr.ecr.eu-west-1.amazonaws.com`. */
  readonly registry: string
  /** Milliseconds since the epoch. */
  readonly until?: number
  /** A credential helper of Docker's settings that asks ECR itself: then nobody was logged in. */
  readonly helper?: string
}

/** What is remembered of logins from one command to the next; nothing in it is secret. */
export type RegistryLogins = {
  /** The host that stands for a registry, if this identity logged in there and Docker still knows it. */
  recall(registry: string): Promise<string | undefined>
  remember(registry: string, login: { readonly host: string; readonly until?: number }): Promise<void>
  forget(registry: string): Promise<void>
}

export type LoginMeans = {
  readonly docker: Pick<Docker, 'login' | 'credentialHelper'>
  readonly ports: Pick<Ports, 'imageStore'> & { readonly clock: Pick<Clock, 'now'> }
  /** @default - every command logs in anew */
  readonly logins?: RegistryLogins
}

/** Logs Docker in to every registry that the app's images come from. */
export async function login(
  app: { readonly app: string; readonly environment?: string },
  means: LoginMeans & { readonly ports: Pick<Ports, 'ecs'> },
): Promise<readonly RegistryLogin[]> {
  const { processes } = await survey(app, means.ports)
  const repositories = processes.flatMap(({ repository }) => repository ?? [])
  const [first] = processes
  if (repositories.length === 0) throw noRegistry(app.app, first?.problem)
  const oneEach = new Map(repositories.map(repository => [registryOf(repository), repository]))
  return Promise.all([...oneEach.values()].map(repository => loginFor(repository, means)))
}

/** Logs Docker in to the registry of one repository, unless a credential helper does so whenever Docker asks it. */
export async function loginFor(repository: string, means: LoginMeans): Promise<RegistryLogin> {
  const { docker, ports, logins } = means
  const { endpoint, username, password, expiresAt } = await ports.imageStore.authorization(repository)
  const { host } = new URL(endpoint)
  const helper = await docker.credentialHelper(host)
  const asksItself = helper !== undefined && isOfEcr(helper)
  if (!asksItself) await docker.login({ registry: host, username, password })
  await logins?.remember(registryOf(repository), {
    host,
    ...(!asksItself && expiresAt !== undefined && { until: expiresAt }),
  })
  return {
    registry: host,
    ...(asksItself ? { helper } : expiresAt !== undefined && { until: expiresAt }),
  }
}

/** `ecr-login` (https://github.com/awslabs/amazon-ecr-credential-helper). Others, such as `osxkeychain`, keep what a login gives them. */
function isOfEcr(helper: string): boolean {
  return helper.startsWith('ecr-')
}

function noRegistry(app: string, problem: string | undefined): Refusal {
  return new Refusal({
    code: 'no_repository',
    message: `it cannot be told where the images of ${app} come from${problem === undefined ? '.' : `: ${problem}`}`,
    advice: `tapit -a ${app} setup says what each process lacks.`,
  })
}
