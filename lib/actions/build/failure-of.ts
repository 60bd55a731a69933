import { type ImageFailure, imageFailureCodes } from '../../build/image-failure.ts'
import { Refusal } from '../../names/refusal.ts'

/** What was refused on the way to an image, as the failure of that image. Anything else is a bug, and thrown on. */
export function failureOf(error: unknown): ImageFailure {
  if (!(error instanceof Refusal)) throw error
  const { code, message, advice } = error
  return {
    code: imageFailureCodes.find(each => each === code) ?? 'build_failed',
    message,
    lines: [],
    ...(advice !== undefined && { advice }),
  }
}
