import type { DetectedApp } from '../analysis.ts'

/** What one runtime's files say; absent where none of its files is there. */
export type Finding = Found | Stuck

export type Found = Omit<DetectedApp, 'is' | 'dockerignore'> & {
  readonly is: 'found'
  /** What the build makes or needs anew, and must not be sent to it: lines of a `.dockerignore`. */
  readonly ignored: readonly string[]
}

/** Its files are there, and something is missing that only a person can know. */
export type Stuck = { readonly is: 'stuck'; readonly why: string }
