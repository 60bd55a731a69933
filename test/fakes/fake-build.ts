import type { ImageFailure } from '../../lib/build/image-failure.ts'
import type { SourceBuild, SourceEnd, SourceNews } from '../../lib/actions/build/source-build.ts'
import type { BuildStepName } from '../../lib/names/vocabulary.ts'
import type { Clock } from '../../lib/names/clock.ts'

/** News without its time: when it is told is up to the script. */
type Told<News = SourceNews> = News extends SourceNews ? Omit<News, 'at'> : never

/** A build as a script: what it tells, each so many milliseconds after what came before, and how it ends. */
export type Script = {
  readonly tells?: readonly (readonly [after: number, news: Told])[]
  /** `hangs`: until it is stopped. @default - an image is pushed */
  readonly ends?: 'hangs' | { readonly step: BuildStepName; readonly failure: ImageFailure }
}

export type FakeBuildOptions = {
  readonly clock: Clock
  readonly dockerTag: string
  readonly gitHash?: string
  readonly source?: string
  /** Pushes the image; answers its digest. */
  readonly push: (wanted: { readonly process: string; readonly repository: string }) => Promise<string>
  /** By process, where its build differs. @default - builds at once */
  readonly scripts?: Readonly<Record<string, Script>>
  /** What `check` refuses with. */
  readonly refuses?: Error
}

/** Builds by scripts. Processes that share a repository share a build, unless one of them has a script of its own. */
export type FakeBuild = SourceBuild & {
  readonly checked: readonly string[]
  /** How often an image was built. */
  readonly builds: () => number
  /** How many builds go on. */
  readonly running: () => number
  readonly hasEnded: () => boolean
}

export function fakeBuild(options: FakeBuildOptions): FakeBuild {
  const { clock, push, scripts = {}, dockerTag, gitHash, source, refuses } = options
  const checked: string[] = []
  const shared = new Map<string, Promise<SourceEnd>>()
  const listeners = new Map<string, Set<(news: SourceNews) => void>>()
  let builds = 0
  let running = 0
  let hasEnded = false

  async function play(
    { tells = [], ends }: Script,
    wanted: { readonly process: string; readonly repository: string },
    { signal, tell }: { readonly signal: AbortSignal; readonly tell: (news: SourceNews) => void },
  ): Promise<SourceEnd> {
    builds += 1
    running += 1
    try {
      for (const [after, news] of tells) {
        await clock.sleep(after, signal)
        if (signal.aborted) return { is: 'stopped' }
        tell({ ...news, at: clock.now() })
      }
      if (ends === 'hangs') await clock.sleep(86_400_000, signal)
      if (signal.aborted || ends === 'hangs') return { is: 'stopped' }
      return ends === undefined ? { is: 'built', digest: await push(wanted) } : { is: 'failed', ...ends }
    } finally {
      running -= 1
    }
  }

  return {
    dockerTag,
    ...(gitHash !== undefined && { gitHash }),
    ...(source !== undefined && { source }),
    checked,
    builds: () => builds,
    running: () => running,
    hasEnded: () => hasEnded,
    check: async processes => {
      if (refuses !== undefined) throw refuses
      checked.push(...processes.map(({ process }) => process))
    },
    run: async (wanted, { signal, tell }) => {
      const own = scripts[wanted.process]
      const key = own === undefined ? wanted.repository : wanted.process
      const those = listeners.get(key) ?? new Set()
      listeners.set(key, those.add(tell))
      const tellAll = (news: SourceNews): void => those.forEach(each => each(news))
      const playing = shared.get(key) ?? play(own ?? scripts['*'] ?? {}, wanted, { signal, tell: tellAll })
      shared.set(key, playing)
      return playing
    },
    end: async () => {
      hasEnded = true
    },
  }
}

/** What a Dockerfile's failing step ends a build with. */
export const failedStep: { readonly step: BuildStepName; readonly failure: ImageFailure } = {
  step: 'build',
  failure: {
    code: 'step_failed',
    message: 'npm ci exited with code 1.',
    step: '[build 3/7] RUN npm ci',
    exitCode: 1,
    advice: 'Mend the Dockerfile or what it runs.',
    lines: ['npm ERR! code E401', 'npm ERR! token=hunter2 is not valid'],
  },
}
