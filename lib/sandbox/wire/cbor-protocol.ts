import { CborCodec, cbor } from '@smithy/core/cbor'
import { isRecord } from '../is-record.ts'
import { AwsError } from './aws-error.ts'
import type { Protocol } from './protocol.ts'

/** Smithy RPC v2 CBOR: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export function cborProtocol({
  queryCompatible = false,
}: { readonly queryCompatible?: boolean } = {}): Protocol {
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
  return {
    read: (_, body) => {
      if (body.length === 0) return {}
      try {
        return withDates(cbor.deserialize(body))
      } catch {
        throw new AwsError('SerializationException', 'Unable to parse the request body as CBOR')
      }
    },
    answer: ({ output }, value) => {
      if (output.isUnitSchema()) return { status: 200, headers, body: cbor.serialize({}) }
      const serializer = new CborCodec().createSerializer()
      serializer.write(output, value)
      return { status: 200, headers, body: serializer.flush() }
    },
    error: ({ name, message, members, status, queryCode }) => ({
      status,
      headers: {
        ...headers,
        ...(queryCompatible
          ? { 'x-amzn-query-error': `${queryCode};${status < 500 ? 'Sender' : 'Receiver'}` }
          : {}),
      },
      body: cbor.serialize({ __type: name, message, ...members }),
    }),
  }
}

/** Tag 1 is a timestamp in seconds. */
function withDates(value: unknown): unknown {
  if (value instanceof Uint8Array || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(withDates)
  if (!isRecord(value)) return value
  const { tag, value: tagged } = value
  if (tag === 1 && (typeof tagged === 'number' || typeof tagged === 'bigint'))
    return new Date(Number(tagged) * 1000)
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, withDates(it)]))
}
