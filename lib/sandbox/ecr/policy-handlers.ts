import { isRecord } from '../is-record.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { EcrHandlers } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import { theRepository } from './lookup.ts'
import type { RepositoryState } from './state.ts'

/** Repository policies, which are kept and given back: nobody but the owner is here to be let in. */
export function policyHandlers(world: World): EcrHandlers {
  const { account: registryId } = world
  const policyOf = ({ name, policy }: RepositoryState): string => {
    if (policy !== undefined) return policy
    throw new AwsError(
      'RepositoryPolicyNotFoundException',
      `Repository policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
    )
  }
  return {
    SetRepositoryPolicy: input => {
      const repository = theRepository(world, input)
      const { policyText = '' } = input
      if (!isPolicy(policyText)) {
        throw new AwsError(
          'InvalidParameterException',
          "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
        )
      }
      repository.policy = policyText
      return { registryId, repositoryName: repository.name, policyText }
    },
    GetRepositoryPolicy: input => {
      const repository = theRepository(world, input)
      return { registryId, repositoryName: repository.name, policyText: policyOf(repository) }
    },
    DeleteRepositoryPolicy: input => {
      const repository = theRepository(world, input)
      const policyText = policyOf(repository)
      repository.policy = undefined
      return { registryId, repositoryName: repository.name, policyText }
    },
  }
}

function isPolicy(text: string): boolean {
  try {
    const policy: unknown = JSON.parse(text)
    return isRecord(policy) && policy['Statement'] !== undefined
  } catch {
    return false
  }
}
