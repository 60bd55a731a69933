import { AwsError } from './aws-error.ts'

export function parsedJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(body.toString())
    return value
  } catch {
    throw new AwsError('SerializationException', 'Unable to parse the request body as JSON')
  }
}
