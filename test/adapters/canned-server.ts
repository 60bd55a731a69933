import { once } from 'node:events'
import { createServer } from 'node:http'

export type Canned = { readonly status?: number; readonly body: string; readonly errorType?: string }

export type CannedServer = {
  readonly url: string
  /** The operations that were asked for, in their order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** Answers every request of the JSON protocol with what `answer` says; undefined: never. */
export async function startCannedServer(
  answer: (operation: string, count: number) => Canned | undefined,
): Promise<CannedServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target'] ?? request.url).replace(/^.*\./, '')
    asked.push(operation)
    request.resume()
    const canned = answer(operation, asked.length)
    if (canned === undefined) return
    response.writeHead(canned.status ?? 200, {
      'content-type': 'application/x-amz-json-1.1',
      ...(canned.errorType !== undefined && { 'x-amzn-errortype': canned.errorType }),
    })
    response.end(canned.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
      })
    },
  }
}
