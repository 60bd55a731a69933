import type { Deployment } from '../../deployment/deployment.ts'
import type { Pointer } from '../../records/pointer.ts'
import { appRepositories } from '../images/app-repositories.ts'
import type { RefusedProcess } from '../plan/plan.ts'
import { recordedOrigin } from '../plan/recorded-origin.ts'
import type { Image, Ports } from '../ports.ts'
import { saidOf } from '../said-of.ts'
import type { PromotedVersion, PromotionEnd, PromotionRequest } from './promotion.ts'
import { tapitIn } from './tapit-in.ts'

type Active = { readonly process: string; readonly pointer: Pointer }

type Ends = Pick<PromotionRequest, 'from' | 'to'>

/** What is to be promoted of each process, or why that cannot be. */
export async function promotedVersions(
  cluster: string,
  active: readonly Active[],
  ends: Ends,
): Promise<readonly (PromotedVersion | RefusedProcess)[]> {
  const { from, to } = ends
  const { app, environment } = to
  const place = { app, ...(environment !== undefined && { environment }) }
  const ids = active.map(({ pointer }) => pointer.deploymentId)
  const [records, { repositories }] = await Promise.all([
    saidOf(from.name, () => from.ports.records.deployments(cluster, ids)),
    saidOf(to.name, () => appRepositories(place, to.ports)),
  ])
  return Promise.all(
    active.map(async ({ process, pointer }) => {
      const record = records.find(each => each.record.id === pointer.deploymentId)?.record
      // Where it cannot be told, the plan says so.
      const repository = repositories.find(each => each.processes.includes(process))?.uri
      return record === undefined
        ? noRecord(process, pointer, from)
        : promotedVersion(pointer, record, { ...ends, repository })
    }),
  )
}

type Destination = Ends & { readonly repository: string | undefined }

async function promotedVersion(
  pointer: Pointer,
  record: Deployment,
  { from, to, repository }: Destination,
): Promise<PromotedVersion | RefusedProcess> {
  const { process } = pointer
  const image = await saidOf(from.name, () => sourceImage(record, pointer, from))
  if ('reason' in image) return image
  const version = versionOf(pointer, record)
  if (repository === undefined || repository === record.repository) return { process, version }
  const copy = await saidOf(to.name, () => copyOf({ image, record, repository }, to.ports))
  if (copy === 'no_repository') return noRepository(process, repository, to)
  if (copy === undefined) return { process, version }
  const platforms = await from.ports.images.platforms(record.repository, image.digest)
  const toBeCopied = {
    ...(platforms && { platforms }),
    ...(image.pushedAt !== undefined && { pushedAt: image.pushedAt }),
  }
  return { process, version: { ...version, toBeCopied }, copy }
}

function versionOf(
  { app, deploymentId, dockerTag, imageDigest }: Pointer,
  record: Deployment,
): PromotedVersion['version'] {
  return {
    dockerTag,
    imageDigest,
    promotedFrom: { app, id: deploymentId },
    origin: recordedOrigin(record),
  }
}

/** What runs may have lost its image: somebody has deleted it, or a rule of the repository's has. */
async function sourceImage(
  { process, repository, app, id }: Deployment,
  { dockerTag, imageDigest }: Pointer,
  { name, ports }: PromotionEnd,
): Promise<Image | RefusedProcess> {
  const [place] = await ports.imageStore.repositories([repository])
  const refused = (code: string, reason: string, advice: string): RefusedProcess => ({
    is: 'refused',
    process,
    code,
    reason,
    advice,
  })
  if (place === undefined)
    return refused(
      'repository_not_found',
      `the repository ${repository}, which the image of ${name} came from, is gone.`,
      `Make it again and deploy to ${name} first, or push the image elsewhere and deploy it from there.`,
    )
  const image = await ports.images.find(repository, { digest: imageDigest })
  if (image === undefined)
    return refused(
      'image_pruned',
      `${dockerTag} (${imageDigest}) runs in ${name}, but is no longer in ${repository}: it was pruned or deleted.`,
      `tapit -a ${app} image deploy rebuild=${id} --wait builds it again in ${name}, where its commit is known; then promote that.`,
    )
  if (image.status !== 'ACTIVE')
    return refused(
      'image_archived',
      `${dockerTag} (${imageDigest}) in ${repository} is ${image.status.toLowerCase()} and cannot be pulled.`,
      'Restore it (aws ecr update-image-storage-class), or deploy another version to the source first.',
    )
  return image
}

type Wanted = { readonly image: Image; readonly record: Deployment; readonly repository: string }

async function copyOf(
  { image, record, repository }: Wanted,
  { images, imageStore }: Ports,
): Promise<PromotedVersion['copy'] | 'no_repository'> {
  const [place] = await imageStore.repositories([repository])
  if (place === undefined) return 'no_repository'
  const there = await images.find(repository, { digest: image.digest })
  return there?.status === 'ACTIVE' ? undefined : { from: record.repository, to: repository, image }
}

function noRecord(process: string, { deploymentId }: Pointer, end: PromotionEnd): RefusedProcess {
  return {
    is: 'refused',
    process,
    code: 'unknown_deployment',
    reason: `the record of ${deploymentId}, which is active in ${end.name}, is gone.`,
    advice: `Deploy it there once more: ${tapitIn(end)} create deploy process=${process} docker_tag=… --wait`,
  }
}

function noRepository(process: string, repository: string, { name }: PromotionEnd): RefusedProcess {
  return {
    is: 'refused',
    process,
    code: 'repository_not_found',
    reason: `there is no ECR repository ${repository} in ${name} to copy its image to.`,
    advice: 'Make it (cdk deploy, or: aws ecr create-repository).',
  }
}
