import type { Readable } from 'node:stream'
import type { Reply } from './protocol.ts'

/** An answer that is too large for memory; its headers tell its length. */
export type StreamedReply = Omit<Reply, 'body'> & { readonly body: Readable }

/** What becomes of a request. */
export type Outcome =
  | Reply
  | StreamedReply
  /** No answer: the client is gone, or a fault leaves it hanging. */
  | 'silence'
  /** The connection breaks instead. */
  | 'disconnect'
