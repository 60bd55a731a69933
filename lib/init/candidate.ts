import type { DockerfileFacts } from './dockerfile-facts.ts'

/** What may become a process: a part of the app that something in the folder speaks of. */
export type Candidate = {
  readonly name: string
  /** Where it was found, for people: `Procfile`, `services/web/Dockerfile`. */
  readonly source: string
  /** The Dockerfile that its image is built from, and the folder that the build sees; absent where there is none. */
  readonly image?: { readonly folder: string; readonly dockerfile: string }
  readonly facts?: DockerfileFacts
  /** Known where the source says it. */
  readonly isHttp?: boolean
  readonly port?: number
  readonly command?: readonly string[]
  /** It listens where the variable PORT says. */
  readonly needsPortVariable?: true
  /** Names of variables that it needs. */
  readonly variables?: readonly string[]
}
