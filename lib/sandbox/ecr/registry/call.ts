import type { IncomingMessage } from 'node:http'
import type { Outcome } from '../../wire/outcome.ts'
import type { World } from '../../world.ts'
import type { LayerStore } from '../layer-store.ts'

/** A request to the registry, for something in a repository. */
export type Call = {
  readonly world: World
  readonly layers: LayerStore
  readonly request: IncomingMessage
  /** The repository's name. */
  readonly name: string
  /** What the path says after that: a tag, a digest, an upload's id. */
  readonly reference: string
  readonly query: URLSearchParams
}

export type Operation = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Its first group is the repository's name, its second the reference. */
  readonly path: RegExp
  /** What ECR's API calls it: the registry is a proxy in front of that. */
  readonly action: string
  /** Whether something may be different afterwards that should be remembered. */
  readonly isChange?: boolean
  handle(call: Call): Promise<Outcome>
}
