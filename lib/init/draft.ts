import type { ProcessSettings, RouteSettings } from '../config/schema.ts'

/** What tapit.yml says of the app as a whole. */
export type Identity = {
  readonly app: string
  readonly region?: string
  /** `owner/name`. */
  readonly github?: string
  readonly domain?: {
    readonly name: string
    /** Without it the domain is only written as a comment: the load balancer could not answer for it. */
    readonly certificate?: string
  }
}

/** What will be in tapit.yml besides, in the order of the file, and how that came about. */
export type Draft = {
  readonly processes: readonly (DraftProcess | Remark)[]
  readonly routes: readonly (RouteSettings | Remark)[]
  readonly release?: readonly string[]
  /** Comments at the end of the file: what has no place in it. */
  readonly remarks: readonly string[]
  readonly findings: readonly Finding[]
  /** What is left for a person to do, a sentence each. */
  readonly todo: readonly string[]
}

export type DraftProcess = {
  readonly name: string
  readonly settings: ProcessSettings
  /** Comments above it. */
  readonly about: readonly string[]
  /** Comments below its keys. */
  readonly remarks: readonly string[]
}

/** Comments in the place of what could not be written. */
export type Remark = { readonly remark: readonly string[] }

/** What was found, and what it made tapit write. */
export type Finding = { readonly found: string; readonly wrote: string }
