import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RoundTrip = { readonly operation: string; readonly begun: number; readonly ended: number }

/** Stands between clients and the sandbox, where each call takes as long as any other, and remembers them. */
export type Line = {
  readonly url: string
  readonly trips: readonly RoundTrip[]
  close(): Promise<void>
}

/** `lasts`: how long each answer takes to come at least, in milliseconds; what comes much sooner than that apart began at once. */
export async function openLine(to: string, { lasts }: { readonly lasts: number }): Promise<Line> {
  const trips: RoundTrip[] = []
  const target = new URL(to)
  const server = createServer((incoming, outgoing) => {
    const begun = performance.now()
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks)
      const forwarded = request(
        {
          host: target.hostname,
          port: target.port,
          method: incoming.method,
          path: incoming.url,
          headers: { ...incoming.headers, host: target.host },
        },
        answer => {
          const left = Math.max(0, begun + lasts - performance.now())
          setTimeout(() => {
            trips.push({ operation: operationOf(incoming.headers, body), begun, ended: performance.now() })
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
            answer.pipe(outgoing)
          }, left)
        },
      )
      forwarded.on('error', () => outgoing.destroy())
      forwarded.end(body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    trips,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function operationOf(headers: NodeJS.Dict<string | string[]>, body: Buffer): string {
  const target = headers['x-amz-target']
  if (typeof target === 'string') return target.split('.').at(-1) ?? target
  return new URLSearchParams(body.toString()).get('Action') ?? 'unknown'
}

/** The most calls of which each began after the one before had ended: no fewer than those that waited for each other. */
export function longestChain(trips: readonly RoundTrip[]): readonly RoundTrip[] {
  const chains: (readonly RoundTrip[])[] = []
  for (const trip of trips.toSorted((a, b) => a.begun - b.begun)) {
    const before = chains
      .filter(chain => (chain.at(-1)?.ended ?? Infinity) <= trip.begun)
      .toSorted((a, b) => b.length - a.length)
    chains.push([...(before[0] ?? []), trip])
  }
  return chains.toSorted((a, b) => b.length - a.length)[0] ?? []
}
