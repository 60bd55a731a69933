import type { OperationSchema } from './schemas-of.ts'

/** An HTTP answer, but for the headers that all answers have. */
export type Reply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** An error on its way to the client, in the words of all protocols. */
export type WireError = {
  readonly name: string
  readonly message: string
  readonly members: Readonly<Record<string, unknown>>
  readonly status: number
  readonly queryCode: string
  readonly queryStatus: number
}

/** How one service's requests and answers look on the wire. */
export type Protocol = {
  /** The body as plain data; `checked` holds it against the schema. Throws SerializationException. */
  read(operation: OperationSchema, body: Buffer): unknown
  answer(operation: OperationSchema, output: unknown): Reply
  error(error: WireError): Reply
}
