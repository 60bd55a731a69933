import type { IncomingMessage } from 'node:http'

/** The whole body, or undefined when it is larger than any service takes; the rest of it is then thrown away. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= largestBody) chunks.push(bytes)
  }
  return size > largestBody ? undefined : Buffer.concat(chunks)
}

/** DynamoDB's limit, the largest of our services'. */
const largestBody = 16 * 1024 * 1024
