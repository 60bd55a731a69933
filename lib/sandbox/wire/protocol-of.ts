import type { Protocol } from './protocol.ts'
import type { Route } from './route.ts'

/** The protocol of a request, its codec loaded on first use. */
export async function protocolOf({ service, protocol }: Route): Promise<Protocol> {
  const { json, query, queryCompatible } = service
  if (protocol === 'json' && json !== undefined) {
    const { jsonProtocol } = await import('./json-protocol.ts')
    return jsonProtocol({ version: json.version, queryCompatible })
  }
  if (protocol === 'query' && query !== undefined) {
    const { queryProtocol } = await import('./query-protocol.ts')
    return queryProtocol(query)
  }
  const { cborProtocol } = await import('./cbor-protocol.ts')
  return cborProtocol({ queryCompatible })
}
