import { tagKeys } from '../../names/aws.ts'
import type { ProcessKind } from '../../names/vocabulary.ts'
import type { Service } from '../ports.ts'

export type UrlOfOptions = {
  readonly service: Pick<Service, 'tags'>
  readonly kind: ProcessKind
  /** The load balancer's own name. */
  readonly address: string | undefined
}

/** Where a web process answers: at what its tag says, since a load balancer with a domain answers at no other name, else at the load balancer's. */
export function urlOf({ service, kind, address }: UrlOfOptions): string | undefined {
  if (kind !== 'web' || address === undefined) return undefined
  return service.tags[tagKeys.url] ?? `http://${address}`
}
