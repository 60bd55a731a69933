import type { ImageCopy } from '../../../actions/images/copy-image.ts'
import { type Document, schemaVersion } from './document.ts'
import { present } from './present.ts'

/** What `copy image` answers under `-o json`. */
export function copiesDocument(copies: readonly ImageCopy[]): Document {
  return {
    schemaVersion,
    copies: copies.map(({ from, to, processes, dockerTag, digest, replaced, end }) =>
      present({
        processes: processes.length === 0 ? undefined : processes,
        from,
        to,
        dockerTag,
        digest,
        replaced,
        status: end.is,
        failure: end.is === 'failed' ? failureJson(end.failure) : undefined,
      }),
    ),
  }
}

function failureJson({ code, message, advice }: (ImageCopy['end'] & { is: 'failed' })['failure']): Document {
  return present({ code, message, advice })
}
