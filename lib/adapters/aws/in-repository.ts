import { Trouble } from '../../actions/trouble.ts'
import { isAwsError } from './is-aws-error.ts'
import { type Repository, repositoryOf } from './repository-uri.ts'

/** Asks something of a repository. AWS's own words name it without its registry; the whole URI is what one can look up. */
export async function inRepository<Result>(
  uri: string,
  ask: (repository: Repository) => Promise<Result>,
): Promise<Result> {
  try {
    return await ask(repositoryOf(uri))
  } catch (error) {
    if (!isAwsError(error, 'RepositoryNotFoundException')) throw error
    const { name } = repositoryOf(uri)
    throw new Trouble({
      kind: 'missing',
      code: 'repository_not_found',
      message: `there is no ECR repository ${uri}`,
      advice: `make it (cdk deploy, or: aws ecr create-repository --repository-name ${name}), or correct the service's tag tapit:repository`,
      awsCode: 'RepositoryNotFoundException',
      operation: error instanceof Trouble ? error.operation : 'DescribeImages',
      cause: error,
    })
  }
}
