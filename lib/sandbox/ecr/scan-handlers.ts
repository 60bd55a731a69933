import { pageOf } from '../page-of.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { ecr, EcrHandlers } from '../wire/handlers.ts'
import type { World } from '../world.ts'
import { imageStatus } from './image-status.ts'
import { imageNotFound, type RepositoryInput, theImage, theRepository } from './lookup.ts'
import { findingCounts, findings, isScannable } from './scan.ts'
import type { ImageState } from './state.ts'

/** Basic scanning. A scan is over at once, and finds what the image says there is. */
export function scanHandlers(world: World): EcrHandlers {
  const { account: registryId, clock } = world
  const found = (input: RepositoryInput & { imageId?: ecr.ImageIdentifier }) => {
    const repository = theRepository(world, input)
    const { imageId = {} } = input
    const image = theImage(repository, imageId)
    if (typeof image === 'string') throw imageNotFound(repository, { imageId, account: registryId })
    const answer = {
      registryId,
      repositoryName: repository.name,
      imageId: { ...imageId, imageDigest: image.digest },
    }
    return { image, answer }
  }
  return {
    StartImageScan: input => {
      const { image, answer } = found(input)
      requireScannable(image, clock.now())
      image.scannedAt = clock.now()
      return { ...answer, imageScanStatus: { status: 'IN_PROGRESS' } }
    },
    DescribeImageScanFindings: input => {
      const { image, answer } = found(input)
      const { scannedAt } = image
      if (scannedAt === undefined) {
        const { imageDigest, imageTag = 'null' } = { ...input.imageId, imageDigest: image.digest }
        throw new AwsError(
          'ScanNotFoundException',
          `Image scan does not exist for the image with '{imageDigest:'${imageDigest}', imageTag:'${imageTag}'}' in the repository with name '${answer.repositoryName}' in the registry with id '${registryId}'`,
        )
      }
      const { page, nextToken } = pageOf(findings(image), {
        token: input.nextToken,
        size: input.maxResults ?? 100,
        largest: 1000,
        invalidToken: 'InvalidParameterException',
      })
      return {
        ...answer,
        imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
        imageScanFindings: {
          imageScanCompletedAt: new Date(scannedAt),
          vulnerabilitySourceUpdatedAt: new Date(scannedAt),
          findingSeverityCounts: findingCounts(image),
          findings: [...page],
        },
        nextToken,
      }
    },
  }
}

function requireScannable(image: ImageState, now: number): void {
  if (imageStatus(image, now) !== 'ACTIVE') {
    throw new AwsError('ImageArchivedException', 'The specified image is archived and cannot be scanned.')
  }
  if (!isScannable(image)) {
    throw new AwsError(
      'UnsupportedImageTypeException',
      `An artifact with media type '${image.mediaType}' cannot be scanned. For more information, see the Amazon ECR documentation.`,
    )
  }
  if (image.scannedAt !== undefined && now - image.scannedAt < oneDay) {
    throw new AwsError(
      'LimitExceededException',
      'The scan quota per image has been exceeded. Wait and try again.',
    )
  }
}

/** "A basic image scan can only be started once per 24 hours on an individual image." */
const oneDay = 24 * 60 * 60 * 1000
