import type { ImageFailure } from '../../build/image-failure.ts'
import type { BuildStepName } from '../../names/vocabulary.ts'

/**
 * How the images of a deploy come about, where they are built and not looked up (`image deploy`). Processes that share an image share one
 * build: `run` may be called for each of them, at once, and the steps are told to each.
 */
export type SourceBuild = {
  /** The tag that the images get. */
  readonly dockerTag: string
  /** 40 hexadecimal digits; absent where Git knows nothing of the source. */
  readonly gitHash?: string
  /** URL of the Git repository, where the commit can be had from it again. */
  readonly source?: string
  /** Refuses, before anything is recorded, what cannot be built: no Dockerfile outside, no such folder, an immutable tag that exists. */
  check(processes: readonly { readonly process: string; readonly repository: string }[]): Promise<void>
  run(
    wanted: { readonly process: string; readonly repository: string },
    options: { readonly signal: AbortSignal; readonly tell: (news: SourceNews) => void },
  ): Promise<SourceEnd>
  /** Removes what `run` left for others to use: a clone. */
  end(): Promise<void>
}

export type SourceNews =
  | { readonly is: 'step'; readonly at: number; readonly step: BuildStepName }
  /** One line of the log of a step. */
  | { readonly is: 'line'; readonly at: number; readonly step: BuildStepName; readonly message: string }
  /** Where a build stands, for the row on the screen: `[build 3/7] RUN npm ci`. */
  | { readonly is: 'doing'; readonly at: number; readonly what: string }

export type SourceEnd =
  | { readonly is: 'built'; readonly digest: string }
  | { readonly is: 'failed'; readonly step: BuildStepName; readonly failure: ImageFailure }
  | { readonly is: 'stopped' }
