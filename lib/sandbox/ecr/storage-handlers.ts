import { AwsError } from '../wire/aws-error.ts'
import type { EcrHandlers } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import { imageStatus } from './image-status.ts'
import { imageNotFound, theImage, theRepository } from './lookup.ts'
import { isScannable } from './scan.ts'

/** The archive: what lies in it is described, but cannot be pulled until it is restored. */
export function storageHandlers(world: World): EcrHandlers {
  const { account: registryId, clock, timings } = world
  return {
    UpdateImageStorageClass: input => {
      const repository = theRepository(world, input)
      const { imageId = {}, targetStorageClass } = input
      const image = theImage(repository, imageId)
      if (typeof image === 'string') throw imageNotFound(repository, { imageId, account: registryId })
      const now = clock.now()
      const status = imageStatus(image, now)
      if (targetStorageClass === 'ARCHIVE') {
        if (status === 'ACTIVATING') throw notWhileActivating()
        if (status === 'ACTIVE') image.archivedAt = now
        // "The scan findings from before the image was archived are not available" once it is restored.
        image.scannedAt = undefined
      } else if (targetStorageClass === 'STANDARD') {
        if (status === 'ARCHIVED') image.activatedAt = now + restoration * timings.schedulerRound
        if (repository.scanOnPush && isScannable(image)) image.scannedAt ??= image.activatedAt
      } else {
        throw new AwsError(
          'InvalidParameterException',
          `'targetStorageClass' must be one of STANDARD, ARCHIVE; got '${targetStorageClass}'`,
        )
      }
      return {
        registryId,
        repositoryName: repository.name,
        imageId: { ...imageId, imageDigest: image.digest },
        imageStatus: imageStatus(image, now),
      }
    },
  }
}

/** Rounds of the scheduler, AWS's "within 20 minutes" in the sandbox's time. */
const restoration = 10

function notWhileActivating(): AwsError {
  return new AwsError(
    'ImageStorageClassUpdateNotSupportedException',
    'The image is being restored: its storage class cannot be changed until it is ACTIVE.',
  )
}
