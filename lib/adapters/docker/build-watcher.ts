import type { BuildNews } from '../../build/ports.ts'
import { outputLines, plainLine } from './output-lines.ts'
import type { RawLog, RawProgress, RawStatus, RawVertex, RawWarning } from './raw-progress.ts'

/** Of the failing step; what people see first. */
const linesKept = 30
/** A step with a here-document is a whole script. */
const longestStep = 200

/** What is known of a build from its progress. */
export type BuildWatcher = {
  see(progress: RawProgress): void
  /** No more is coming: lines without an end are told. */
  end(): void
  /** Whether BuildKit has said anything. */
  hasBegun(): boolean
  counts(): { readonly steps: number; readonly cachedSteps: number }
  /** The step that failed first; absent where none did. */
  failed(): FailedStep | undefined
  /** The digest that BuildKit has pushed itself. */
  pushed(): string | undefined
  /** The step that was come to last and has not ended. */
  underWay(): StepOutput | undefined
}

export type StepOutput = {
  /** `[build 3/7] RUN npm ci`. */
  readonly step: string
  /** The last ones. */
  readonly lines: readonly string[]
}

export type FailedStep = StepOutput & { readonly error: string }

type Step = {
  readonly name: string
  isTold: boolean
  isCached: boolean
  isUnderWay: boolean
  error?: string
  readonly lines: string[]
  readonly streams: Map<number, ReturnType<typeof outputLines>>
}

export function watchBuild(options: {
  readonly now: () => number
  readonly tell: (news: BuildNews) => void
  /** Takes out what must not be shown. */
  readonly mask: (text: string) => string
}): BuildWatcher {
  const { now, tell, mask } = options
  const steps = new Map<string, Step>()
  const told = new Set<string>()
  let hasBegun = false
  let pushed: string | undefined

  const seeVertex = (vertex: RawVertex): void => {
    const step = stepOf(vertex)
    if (vertex.started === undefined) return
    if (!step.isTold && isWorthTelling(step.name)) {
      step.isTold = true
      tell({ is: 'step', at: timeOf(vertex.started), step: step.name, isCached: vertex.cached === true })
    }
    if (vertex.cached === true) step.isCached = true
    step.isUnderWay = vertex.completed === undefined
    if (vertex.completed !== undefined) endLines(step)
    if (vertex.error !== undefined && vertex.error !== '') seeError(step, vertex.error)
  }

  const stepOf = (vertex: RawVertex): Step => {
    const known = steps.get(vertex.digest)
    if (known !== undefined) return known
    const step: Step = {
      name: stepName(mask(vertex.name ?? vertex.digest)),
      isTold: false,
      isCached: false,
      isUnderWay: false,
      lines: [],
      streams: new Map(),
    }
    steps.set(vertex.digest, step)
    return step
  }

  /** What others wait for is cancelled with the step that failed. A cache that cannot be had or kept costs time, not the build. */
  const seeError = (step: Step, error: string): void => {
    if (step.error !== undefined || /\bcontext canceled\b/.test(error)) return
    step.error = mask(error)
    if (isSavingCache(step.name)) sayLine(`the cache was not saved: ${firstLine(step.error)}`)
  }

  const seeStatus = ({ id, vertex, started, completed, timestamp }: RawStatus): void => {
    if (completed !== undefined)
      pushed =
        /^pushing manifest for \S+@(?<digest>sha256:[0-9a-f]{64})$/.exec(id)?.groups?.['digest'] ?? pushed
    if (!/^pushing (layers|manifest)/.test(id) || told.has(`${vertex}${id}`)) return
    told.add(`${vertex}${id}`)
    tell({
      is: 'step',
      at: timeOf(started ?? timestamp),
      step: id.startsWith('pushing manifest') ? 'pushing manifest' : id,
      isCached: false,
    })
  }

  const seeLog = ({ vertex, stream = 1, data, timestamp }: RawLog): void => {
    if (data === undefined) return
    const step = steps.get(vertex ?? '') ?? stepOf({ digest: vertex ?? '', name: '' })
    let lines = step.streams.get(stream)
    if (lines === undefined) {
      lines = outputLines(shown => {
        step.lines.push(shown)
        if (step.lines.length > linesKept) step.lines.shift()
        tell({ is: 'line', at: lastSeen, message: shown })
      }, mask)
      step.streams.set(stream, lines)
    }
    lastSeen = timeOf(timestamp)
    lines.write(Buffer.from(data, 'base64'))
  }
  let lastSeen = now()

  const seeWarning = ({ short }: RawWarning): void => {
    if (short !== undefined) sayLine(`warning: ${mask(Buffer.from(short, 'base64').toString('utf8'))}`)
  }

  const sayLine = (text: string): void => tell({ is: 'line', at: now(), message: plainLine(text) })

  const timeOf = (timestamp: string | undefined): number => {
    const at = Date.parse(timestamp ?? '')
    return Number.isNaN(at) ? now() : at
  }

  return {
    see(progress) {
      hasBegun = true
      progress.vertexes?.forEach(seeVertex)
      progress.statuses?.forEach(seeStatus)
      progress.logs?.forEach(seeLog)
      progress.warnings?.forEach(seeWarning)
    },
    end() {
      for (const step of steps.values()) endLines(step)
    },
    hasBegun: () => hasBegun,
    counts() {
      const own = ownInstructions([...steps.values()])
      const names = (some: readonly Step[]): number => new Set(some.map(({ name }) => name)).size
      return { steps: names(own), cachedSteps: names(own.filter(({ isCached }) => isCached)) }
    },
    failed() {
      const failed = [...steps.values()].find(({ name, error }) => error !== undefined && !isCache(name))
      return failed?.error === undefined
        ? undefined
        : { step: failed.name, error: failed.error, lines: [...failed.lines] }
    },
    pushed: () => pushed,
    underWay() {
      const last = [...steps.values()].findLast(({ isUnderWay }) => isUnderWay)
      return last === undefined ? undefined : { step: last.name, lines: [...last.lines] }
    },
  }
}

function endLines({ streams }: Step): void {
  for (const lines of streams.values()) lines.end()
}

/** `[internal] load build context` is one of BuildKit's own. */
function stepName(name: string): string {
  const line = plainLine(name.replace(/\s+/g, ' ').trim()).replace(/^\[(?:[^\]]* )?internal\] /, '')
  return line.length <= longestStep ? line : `${line.slice(0, longestStep)}…`
}

/** What somebody who waits wants to read: not the handing over of passwords. */
function isWorthTelling(name: string): boolean {
  return name !== '' && !name.startsWith('[auth]')
}

/**
 * The Dockerfile's instructions. `FROM` is numbered too, but nothing is done in it that could come from a cache.
 *
 * A step that another build of the engine does at the same moment is done once for both, and may be told of once more
 * under the other's number: `[2/7]` in a stage that has four. Those are the fewer ones of their stage.
 */
function ownInstructions(steps: readonly Step[]): readonly Step[] {
  const stages = new Map<string, Map<string, Step[]>>()
  for (const step of steps) {
    const { stage = '', of = '' } =
      /^\[(?<stage>[^\]]*?)\d+\/(?<of>\d+)\] (?!FROM )/.exec(step.name)?.groups ?? {}
    if (of === '') continue
    const totals = stages.get(stage) ?? new Map<string, Step[]>()
    stages.set(stage, totals.set(of, [...(totals.get(of) ?? []), step]))
  }
  return [...stages.values()].flatMap(totals =>
    [...totals.values()].reduce((most, some) => (some.length > most.length ? some : most)),
  )
}

function isCache(name: string): boolean {
  return /^(importing cache manifest from|exporting (build )?cache|preparing build cache for export|\[cache\])/.test(
    name,
  )
}

function isSavingCache(name: string): boolean {
  return isCache(name) && !name.startsWith('importing')
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
