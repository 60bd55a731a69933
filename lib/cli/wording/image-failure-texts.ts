import type { ImageFailure } from '../../build/image-failure.ts'

/** Why an image did not come about, and what to do next: one text each. */
export function imageFailureTexts({ message, advice }: ImageFailure): readonly string[] {
  return advice === undefined ? [message] : [message, advice]
}
