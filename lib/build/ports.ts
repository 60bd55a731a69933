import type { Folder } from '../names/folder.ts'
import type { ImageFailure } from './image-failure.ts'

/** Docker's client with buildx. What a build can end with is an answer; what keeps Docker from working at all is a `Refusal`. */
export type Docker = {
  /** Builds and pushes one image. Aborting `signal` leaves no process, container, temporary folder or half-pushed tag. */
  build(
    wanted: ImageBuild,
    options: { readonly signal: AbortSignal; readonly tell: (news: BuildNews) => void },
  ): Promise<BuildEnd>
  /** Platforms that the builder runs without cross-building: `linux/amd64`, …. Refuses where there is no Docker, no buildx or no running engine. */
  platforms(): Promise<readonly string[]>
  /** Copies an image with all of its platforms, byte for byte, from registry to registry: no engine needed. Answers the digest of the copy. */
  copy(
    copy: { readonly from: string; readonly to: string },
    options: { readonly signal: AbortSignal },
  ): Promise<
    | { readonly is: 'copied'; readonly digest: string }
    | { readonly is: 'failed'; readonly failure: ImageFailure }
  >
  /** `docker login` by stdin: the password stands in no argument, variable, log or error. */
  login(login: {
    readonly registry: string
    readonly username: string
    readonly password: string
  }): Promise<void>
  /** The credential helper that Docker's configuration names for a registry: `ecr-login`. */
  credentialHelper(registry: string): Promise<string | undefined>
  /** Looks a Dockerfile over without building it: warnings and errors of BuildKit's own frontend. */
  check(options: { readonly context: string; readonly dockerfile: string }): Promise<readonly string[]>
}

export type ImageBuild = {
  /** Absolute folder. */
  readonly context: string
  /** Absolute path. */
  readonly dockerfile: string
  readonly target?: string
  /** `linux/amd64`, …. Empty: the builder's own. */
  readonly platforms: readonly string[]
  /** What it is pushed as: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:v1.4.0`. */
  readonly reference: string
  readonly labels: Readonly<Record<string, string>>
  readonly args: Readonly<Record<string, string>>
  readonly secrets: readonly BuildSecret[]
  /** By name: an absolute folder, or `docker-image://…`. */
  readonly contexts: Readonly<Record<string, string>>
  readonly cache?:
    | { readonly kind: 'ecr'; readonly reference: string }
    | { readonly kind: 'gha'; readonly scope: string }
  /** MiB. */
  readonly memory?: number
  readonly cpus?: number
  readonly timeoutMs: number
}

/** A secret's value comes out of a variable of whoever builds, or out of a file (absolute path). */
export type BuildSecret = { readonly id: string } & (
  | { readonly variable: string }
  | { readonly file: string }
)

/** What is heard of a build under way. `at` is milliseconds since the epoch. */
export type BuildNews =
  /** BuildKit has come to a step of the Dockerfile: `[build 3/7] RUN npm ci`, or to something of its own, such as `pushing layers`. */
  | { readonly is: 'step'; readonly at: number; readonly step: string; readonly isCached: boolean }
  /** One line of output. */
  | { readonly is: 'line'; readonly at: number; readonly message: string }

export type BuildEnd =
  | {
      readonly is: 'built'
      /** `sha256:…` as it was pushed: of the index, where there is one. */
      readonly digest: string
      /** Steps that came out of the cache, and all that have an instruction of the Dockerfile. */
      readonly cachedSteps: number
      readonly steps: number
    }
  | { readonly is: 'failed'; readonly failure: ImageFailure }
  /** `signal` was aborted. */
  | { readonly is: 'stopped' }

/** Git's client. Never asks for a password; never runs what a repository or an argument brings along. */
export type Git = {
  /** Of the working tree that a folder is in; absent where there is none (or no commit yet). */
  workTree(folder: string): Promise<WorkTree | undefined>
  /** The commit that a branch, tag or commit names in a remote repository; Refusal `no_such_ref` with the nearest, `no_such_source`. */
  resolve(source: GitSource): Promise<ResolvedSource>
  /** A shallow clone in a folder of its own. Aborting `signal` leaves nothing behind. */
  clone(
    source: ResolvedSource,
    options: { readonly signal: AbortSignal; readonly tell: (line: string) => void },
  ): Promise<Clone>
}

export type WorkTree = {
  /** Absolute path of its root. */
  readonly root: string
  /** 40 hexadecimal digits. */
  readonly commit: string
  /** Absent on a detached HEAD. */
  readonly branch?: string
  /** A tag of this very commit. */
  readonly tag?: string
  /** Something that is not committed, or not known to Git. */
  readonly isDirty: boolean
  /** URL of `origin`, without a password. */
  readonly origin?: string
}

export type GitSource = { readonly url: string; readonly ref?: string }

export type ResolvedSource = {
  readonly url: string
  /** As asked for, or the branch that HEAD of the remote names. */
  readonly ref: string
  readonly commit: string
}

export type Clone = {
  /** Absolute path. */
  readonly folder: string
  readonly commit: string
  /** What the clone lacks: said, not fetched. */
  readonly lacks: readonly ('submodules' | 'lfs')[]
  remove(): Promise<void>
}

/** The files that builds are made from, and of their own. */
export type BuildFiles = {
  /** What a path below a folder leads to, links followed. */
  locate(folder: string, path: string): Promise<Located>
  open(folder: string): Folder
  /** Writes small files into a folder of its own, for one build. */
  scratch(files: Readonly<Record<string, string>>): Promise<ScratchFolder>
}

export type Located =
  | { readonly is: 'file' | 'folder'; readonly path: string }
  | { readonly is: 'missing' }
  /** It leads out of the folder, be it by `..`, by an absolute path or by a link. */
  | { readonly is: 'outside' }

export type ScratchFolder = {
  /** Absolute. */
  readonly path: string
  remove(): Promise<void>
}

/** Keeps what builds write on this machine: the last one of each image. */
export type BuildLogs = {
  /** Absent where nothing can be kept. */
  open(of: { readonly app: string; readonly image: string }): Promise<BuildLog | undefined>
}

export type BuildLog = {
  /** Absolute. */
  readonly path: string
  write(line: string): void
  end(): Promise<void>
}

/** Measures what a build would send to the engine. */
export type ContextMeter = {
  /** Bytes after `.dockerignore`, and the biggest folders directly in or below the context; stops counting and answers what it has when `signal` aborts. */
  measure(options: {
    readonly context: string
    readonly dockerfile: string
    readonly signal?: AbortSignal
  }): Promise<ContextSize>
}

export type ContextSize = {
  readonly bytes: number
  /** Biggest first, at most five: `node_modules` 412 MB. Paths from the context. */
  readonly biggest: readonly { readonly path: string; readonly bytes: number }[]
}
