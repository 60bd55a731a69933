import type { Container, TaskDefinition } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import type { Cluster, Tags } from '../ports.ts'

export type ProcessImage = { readonly container: string; readonly repository: string }

/** Why it cannot be told which container gets the image. */
export type Ambiguous = { readonly reason: string; readonly advice: string }

const ecrHost = /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//

/**
 * Which container of a process gets the new image, and from which repository: by the service's tags, else the only container whose
 * image lives in ECR. Sidecars keep theirs.
 */
export function imageOfProcess(
  tags: Tags,
  definition: TaskDefinition,
  cluster: Cluster,
): ProcessImage | Ambiguous {
  const { [tagKeys.container]: taggedContainer, [tagKeys.repository]: taggedRepository } = tags
  const repository = taggedRepository === undefined ? undefined : repositoryUri(taggedRepository, cluster)
  const candidates = definition.containers.filter(container =>
    isCandidate(container, { taggedContainer, repository }),
  )
  const [only, second] =
    candidates.length === 0 && repository !== undefined && taggedContainer === undefined
      ? definition.containers
      : candidates
  if (only === undefined) return { reason: noContainer(definition, taggedContainer), advice: tellWhich }
  if (second !== undefined) {
    return {
      reason: `more than one of its containers could get the image: ${candidates.map(({ name }) => name).join(', ') || namesOf(definition)}.`,
      advice: tellWhich,
    }
  }
  return { container: only.name, repository: repository ?? repositoryOf(only.image) }
}

export function isFromEcr(image: string): boolean {
  return ecrHost.test(image)
}

/** `host/name` of an image reference, without tag and digest. */
export function repositoryOf(image: string): string {
  const [beforeDigest = image] = image.split('@')
  const lastColon = beforeDigest.lastIndexOf(':')
  return lastColon > beforeDigest.lastIndexOf('/') ? beforeDigest.slice(0, lastColon) : beforeDigest
}

/** `sha256:…` of an image reference that is pinned. */
export function digestOf(image: string): string | undefined {
  const at = image.indexOf('@')
  return at === -1 ? undefined : image.slice(at + 1)
}

function isCandidate(
  { name, image }: Container,
  { taggedContainer, repository }: { taggedContainer?: string; repository?: string },
): boolean {
  if (taggedContainer !== undefined)
    return name === taggedContainer && (repository !== undefined || ecrHost.test(image))
  return repository === undefined ? ecrHost.test(image) : repositoryOf(image) === repository
}

/** A repository's bare name stands for the one in the cluster's own account and Region. */
export function repositoryUri(repository: string, { arn }: Cluster): string {
  if (ecrHost.test(repository)) return repository
  const [, partition, , region, account] = arn.split(':')
  return `${account}.dkr.ecr.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/${repository}`
}

function noContainer(definition: TaskDefinition, tagged: string | undefined): string {
  return tagged === undefined
    ? `none of its containers (${namesOf(definition)}) has an image from ECR.`
    : `its task definition has no container "${tagged}" with an image from ECR (it has ${namesOf(definition)}).`
}

function namesOf({ containers }: TaskDefinition): string {
  return containers.map(({ name }) => name).join(', ')
}

const tellWhich = `Say which with the service's tags ${tagKeys.container} and ${tagKeys.repository}.`
