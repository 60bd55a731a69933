import type { IncomingHttpHeaders } from 'node:http'
import type { ServiceDescription } from './service-description.ts'

export type Route = {
  readonly service: ServiceDescription
  readonly operation: string
  readonly protocol: 'json' | 'query' | 'cbor'
}

export type RoutedRequest = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Which operation of which service a request is for: each protocol says so in its own place. Undefined: none of ours. */
export function routeOf(
  { path, headers, body }: RoutedRequest,
  services: readonly ServiceDescription[],
): Route | undefined {
  const target = headers['x-amz-target']
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.')
    return found(
      'json',
      operation,
      services.find(({ json }) => json?.target === prefix),
    )
  }
  const [, prefix, rpcOperation = ''] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path) ?? []
  if (prefix !== undefined)
    return found(
      'cbor',
      rpcOperation,
      services.find(({ cbor }) => cbor?.target === prefix),
    )
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) return undefined
  const form = new URLSearchParams(body.toString())
  const version = form.get('Version')
  return found(
    'query',
    form.get('Action') ?? '',
    services.find(({ query }) => query !== undefined && query.version === version),
  )
}

function found(
  protocol: Route['protocol'],
  operation: string,
  service: ServiceDescription | undefined,
): Route | undefined {
  return service === undefined ? undefined : { protocol, operation, service }
}
