import type { ecr } from '../wire/handlers.ts'
import { askedWith } from './lookup.ts'

/** What a batch answers of an image that it could not do its work on. */
export function failure(imageId: ecr.ImageIdentifier, failureCode: ecr.ImageFailureCode): ecr.ImageFailure {
  return { imageId: askedWith(imageId), failureCode, failureReason: reasons[failureCode] }
}

const reasons: Partial<Record<ecr.ImageFailureCode, string>> = {
  ImageNotFound: 'Requested image not found',
  InvalidImageDigest:
    "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
  MissingDigestAndTag: 'Invalid request parameters: both tag and digest cannot be null',
  ImageTagDoesNotMatchDigest: 'The specified tag does not match the specified digest',
  ImageReferencedByManifestList: 'Requested image referenced by manifest list',
}
