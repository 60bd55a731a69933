import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** By the turns of the line: whatever begins when another has ended may have waited for it. */
export type RoundTrip = { readonly operation: string; readonly begun: number; readonly ended: number }

/** Stands between clients and the sandbox, where calls that are sent side by side are answered in one turn, and remembers them. */
export type Line = {
  readonly url: string
  readonly trips: readonly RoundTrip[]
  close(): Promise<void>
}

/**
 * Holds calls until whoever sends them, which is in this process, has nothing left to do but to wait for an answer; then they all go on
 * at once. So it shows who waited for whom, however long it takes.
 */
export async function openLine(to: string): Promise<Line> {
  const trips: RoundTrip[] = []
  const held: (() => void)[] = []
  const state = { turn: 0, looks: 0, underWay: 0 }
  const target = new URL(to)
  const timer = setInterval(() => {
    state.looks += 1
    if (held.length === 0 || state.underWay > 0 || state.looks < quietLooks) return
    state.turn += 1
    for (const goOn of held.splice(0)) goOn()
  }, betweenLooks)
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const begun = state.turn
      const body = Buffer.concat(chunks)
      state.looks = 0
      outgoing.on('close', () => {
        state.underWay -= 1
        state.looks = 0
      })
      held.push(() => {
        state.underWay += 1
        trips.push({ operation: operationOf(incoming.headers, body), begun, ended: state.turn })
        const forwarded = request(
          {
            host: target.hostname,
            port: target.port,
            method: incoming.method,
            path: incoming.url,
            headers: { ...incoming.headers, host: target.host },
          },
          answer => {
            outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
            answer.pipe(outgoing)
          },
        )
        forwarded.on('error', () => outgoing.destroy())
        forwarded.end(body)
      })
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    trips,
    close: async () => {
      clearInterval(timer)
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Between two looks everything has its turn that is ready: it takes some of them from an answer to the next call. */
const quietLooks = 20
const betweenLooks = 2

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
