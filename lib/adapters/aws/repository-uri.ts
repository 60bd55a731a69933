import { Refusal } from '../../names/refusal.ts'

export type Repository = {
  /** As it came in. */
  readonly uri: string
  /** The account. */
  readonly registryId: string
  readonly region: string
  readonly name: string
}

/** Also the names of China, GovCloud's FIPS endpoints and dual stack. */
const pattern =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)\/(.+)$/

/** Takes `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web` apart. */
export function repositoryOf(uri: string): Repository {
  const [, registryId, region, name] = pattern.exec(uri) ?? []
  if (registryId === undefined || region === undefined || name === undefined) {
    throw new Refusal({
      code: 'not_an_ecr_repository',
      message: `${uri} is not a repository of Amazon ECR`,
      advice:
        'a repository is written 123456789012.dkr.ecr.eu-west-1.amazonaws.com/NAME, without tag and digest',
    })
  }
  return { uri, registryId, region, name }
}
