/** Why an image was not built, pushed or copied: a code for programs, a sentence, and what to do next. */
export type ImageFailure = {
  readonly code: ImageFailureCode
  /** One sentence with what came in. */
  readonly message: string
  readonly advice?: string
  /** The step of the Dockerfile that failed: `[build 3/7] RUN npm ci`. */
  readonly step?: string
  /** Of the command in that step. */
  readonly exitCode?: number
  /** The last lines that the failing step wrote. They can hold secrets: shown, never stored in a record. */
  readonly lines: readonly string[]
}

export const imageFailureCodes = [
  /** A step of the Dockerfile failed. */
  'step_failed',
  'dockerfile_invalid',
  'dockerfile_missing',
  'base_image_unavailable',
  'no_emulation',
  'out_of_memory',
  'disk_full',
  'timed_out',
  'no_docker',
  'no_buildx',
  'engine_not_running',
  'engine_unfit',
  'registry_unauthorized',
  'registry_denied',
  'registry_throttled',
  'registry_unavailable',
  'repository_not_found',
  'image_not_found',
  'tag_immutable',
  'digest_differs',
  'build_failed',
] as const
export type ImageFailureCode = (typeof imageFailureCodes)[number]
