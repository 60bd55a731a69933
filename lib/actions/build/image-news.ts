import type { DetectedApp } from '../../build/analysis.ts'
import type { ContextSize } from '../../build/ports.ts'
import type { ImageFailure } from '../../build/image-failure.ts'
import type { BuildStepName } from '../../names/vocabulary.ts'
import type { SourceNews } from './source-build.ts'

/** What is heard of one image on its way. */
export type ImageNews =
  | SourceNews
  | { readonly is: 'warned'; readonly at: number; readonly warning: BuildWarning }

/** Something that does not stop a build but that a person should know. */
export type BuildWarning =
  | { readonly is: 'large_context'; readonly size: ContextSize }
  | {
      readonly is: 'cross_build'
      readonly platforms: readonly string[]
      readonly runnable: readonly string[]
    }
  | { readonly is: 'generated_dockerfile'; readonly app: DetectedApp }
  | { readonly is: 'clone_lacks'; readonly what: 'submodules' | 'lfs' }

export type ImageEnd =
  | { readonly is: 'built'; readonly digest: string; readonly steps: number; readonly cachedSteps: number }
  /** The automatic tag names this very commit, and the repository has it: nothing was built. */
  | { readonly is: 'exists'; readonly digest: string }
  | { readonly is: 'failed'; readonly step: BuildStepName; readonly failure: ImageFailure }
  | { readonly is: 'stopped' }
