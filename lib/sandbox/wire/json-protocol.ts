import { JsonCodec2 } from '@aws-sdk/core/protocols'
import { parsedJson } from './parsed-json.ts'
import type { Protocol } from './protocol.ts'

export type JsonProtocolOptions = {
  readonly version: '1.0' | '1.1'
  readonly queryCompatible?: boolean
}

/** awsJson1_0 and awsJson1_1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export function jsonProtocol({ version, queryCompatible = false }: JsonProtocolOptions): Protocol {
  const contentType = { 'content-type': `application/x-amz-json-${version}` }
  return {
    read: (_, body) => parsedJson(body),
    answer: ({ output }, value) => {
      if (output.isUnitSchema()) return { status: 200, headers: contentType, body: '{}' }
      const serializer = new JsonCodec2(settings).createSerializer()
      serializer.write(output, value)
      return { status: 200, headers: contentType, body: serializer.flush() }
    },
    error: ({ name, message, members, status, queryCode }) => ({
      status,
      headers: {
        ...contentType,
        ...(queryCompatible
          ? { 'x-amzn-query-error': `${queryCode};${status < 500 ? 'Sender' : 'Receiver'}` }
          : {}),
      },
      body: JSON.stringify({ __type: name, message, ...members }),
    }),
  }
}

/** 7 is epoch seconds in the SDK's numbering of timestamp formats. */
const settings = { timestampFormat: { useTrait: true, default: 7 as const }, jsonName: false }
