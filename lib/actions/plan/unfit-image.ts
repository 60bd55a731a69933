import type { MissingImage } from '../images/find-images.ts'
import type { Gathered, GatheredProcess } from './gather.ts'
import type { RefusedProcess } from './plan.ts'
import type { DeployRequest } from './request.ts'

/** Why a process cannot run the image that is asked for: it is not there, or was built for another architecture. */
export function unfitImage(
  { process, image, base }: GatheredProcess,
  { cluster }: Gathered,
  { pinned }: DeployRequest,
): RefusedProcess | undefined {
  if ('reason' in image)
    return { is: 'refused', process, code: 'ambiguous_image', reason: image.reason, advice: image.advice }
  const restored = pinned?.get(process)?.restores
  if ('missing' in image)
    return {
      is: 'refused',
      process,
      ...noImage(image),
      ...(restored !== undefined && { advice: buildAgain(cluster.name, restored) }),
    }
  if ('isUnbuilt' in image) return undefined
  // On EC2 the instance decides: then ECS says it, not we.
  if (base?.cpuArchitecture === undefined) return undefined
  const needed = base.cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64'
  if (image.platforms === undefined || image.platforms.some(platform => platform.startsWith(needed)))
    return undefined
  return {
    is: 'refused',
    process,
    code: 'architecture_mismatch',
    reason: `${image.dockerTag} was built for ${image.platforms.join(', ')}; the process runs on ${needed}.`,
    advice: `Build it for ${needed}: docker buildx build --platform ${needed} …`,
  }
}

function buildAgain(app: string, deploymentId: string): string {
  return `tapit -a ${app} image deploy rebuild=${deploymentId} --wait builds it again, where its commit is known.`
}

function noImage({
  missing,
  why,
  repository,
  nearest,
}: MissingImage): Pick<RefusedProcess, 'code' | 'reason' | 'advice'> {
  const near = nearest.map(({ tags }) => tags[0]).join(', ')
  switch (why) {
    case 'empty_repository':
      return {
        code: 'image_not_found',
        reason: `there is no image ${missing} in ${repository}: it has no tagged image at all.`,
        advice: 'Push one first.',
      }
    case 'archived':
      return {
        code: 'image_not_found',
        reason: `the image ${missing} in ${repository} is archived and cannot be pulled.`,
        advice: 'Restore it (aws ecr update-image-storage-class), or deploy another tag.',
      }
    case 'absent':
      return {
        code: 'image_not_found',
        reason: `there is no image ${missing} in ${repository}.${near && ` Nearest: ${near}.`}`,
        advice: 'Deploy a tag that exists, or push this one first.',
      }
  }
}
