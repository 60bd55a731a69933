/** What the files of a folder say about how to run it. */
export type Analysis =
  /** A Dockerfile stands there: nothing to detect. */
  | { readonly is: 'own_dockerfile'; readonly path: string }
  | DetectedApp
  /** Nothing known: what was seen, for the sentence that says how to write a Dockerfile. */
  | { readonly is: 'unknown'; readonly seen: readonly string[]; readonly why: string }

export type DetectedApp = {
  readonly is: 'detected'
  /** `node`, `python`, `go`, `ruby`, `java`, `static`. */
  readonly runtime: string
  /** Major (and minor, where that matters) version: `22`, `3.12`; and what said so. */
  readonly version: string
  /** `Next.js`, `Django`; absent where there is none that is known. */
  readonly framework?: string
  /** `pnpm`, `uv`, `maven`. */
  readonly packageManager?: string
  /** What starts it, as a list of words. */
  readonly command: readonly string[]
  /** Where it listens; absent for what serves nothing. */
  readonly port?: number
  /** What was found out, and from which file: `Node 22: "engines" in package.json`. */
  readonly reasons: readonly string[]
  readonly warnings: readonly string[]
  /** The Dockerfile, and the `.dockerignore` where there is none. */
  readonly dockerfile: string
  readonly dockerignore?: string
}
