import { runtimeLogGroup } from '../../names/aws.ts'
import type { Clock } from '../../names/clock.ts'
import type { AppService } from '../services/app-services.ts'
import type { Ecs, LogLine, Logs } from '../ports.ts'
import { isPassing } from '../trouble.ts'

/** A line of one process's log. */
export type ProcessLine = LogLine & { readonly process: string }

export type ReadLogsOptions = {
  readonly sources: readonly LogSource[]
  readonly from: number
  readonly follow: boolean
  /** Whether nothing more is logged. While following, it is asked after each turn; what was late is then read, and that is the end. */
  readonly isOver?: () => Promise<boolean>
  readonly logs: Logs
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Where one process logs. */
export type LogSource = {
  readonly process: string
  readonly group: string
  readonly streamPrefix?: string
  readonly region?: string
}

/** Late lines are asked for again over this long, and told apart by their ids. */
const overlap = 30_000
/** FilterLogEvents allows 5 to 25 calls a second for the whole account. */
const every = 2_500
const slowest = 30_000
/** Writers keep lines back for a second, and CloudWatch shows them some seconds after it took them. */
const late = 5_000

/** Where the processes log: as their running revisions say, else the app's own log groups. */
export async function logSources(
  services: readonly AppService[],
  { ecs }: { ecs: Ecs },
): Promise<readonly LogSource[]> {
  const found = await Promise.all(
    services.map(async ({ process, service }): Promise<readonly LogSource[]> => {
      const definition = await ecs.taskDefinition(service.taskDefinition)
      const logging =
        definition?.containers.flatMap(({ name, log }) => (log === undefined ? [] : [{ name, log }])) ?? []
      if (logging.length === 0) return [{ process, group: runtimeLogGroup(service.cluster, process) }]
      return logging.map(({ name, log }) => ({
        process,
        group: log.group,
        ...(log.prefix !== undefined && { streamPrefix: `${log.prefix}/${name}/` }),
      }))
    }),
  )
  return found.flat()
}

/** How far one source is read. */
type Reading = {
  readonly source: LogSource
  /** Only moves on after everything before it was read. */
  since: number
  /** Times of the lines that were shown, by their ids. */
  readonly shown: Map<string, number>
}

/**
 * Yields lines in the order of their times, in batches; with `follow`, goes on until the signal, or until all is over. Each source is read
 * by itself: trouble with one delays its own lines and nobody else's, and loses none.
 */
export async function* readLogs({
  sources,
  from,
  follow,
  isOver = async () => false,
  logs,
  clock,
  signal,
}: ReadLogsOptions): AsyncGenerator<readonly ProcessLine[], void, void> {
  const readings = sources.map((source): Reading => ({ source, since: from, shown: new Map() }))
  let wait = every
  let isLast = false
  while (!signal.aborted) {
    const asked = clock.now()
    const answers = await Promise.all(readings.map(reading => read(reading, { logs, signal })))
    const lines = answers.flatMap(answer => answer.lines).toSorted((a, b) => a.at - b.at)
    if (lines.length > 0) yield lines
    const troubles = answers.flatMap(({ trouble }) => trouble ?? [])
    const fatal = troubles.find(({ error }) => !follow || !isPassing(error))
    if (fatal !== undefined) throw fatal.error
    if (!follow || (isLast && troubles.length === 0)) return
    for (const [index, reading] of readings.entries()) {
      if (answers[index]?.trouble === undefined) moveOn(reading, Math.max(from, asked - overlap))
    }
    wait = troubles.length === 0 ? every : Math.min(wait * 2, slowest)
    isLast ||= await unlessPassing(isOver)
    await clock.sleep(isLast ? Math.max(wait, late) : wait, signal)
  }
}

async function unlessPassing(isOver: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isOver()
  } catch (error) {
    if (isPassing(error)) return false
    throw error
  }
}

type Read = { readonly lines: readonly ProcessLine[]; readonly trouble?: { readonly error: unknown } }

/** The lines that were not shown yet, as far as they could be read. */
async function read(
  { source, since, shown }: Reading,
  { logs, signal }: Pick<ReadLogsOptions, 'logs' | 'signal'>,
): Promise<Read> {
  const { process, group, streamPrefix, region } = source
  const lines: ProcessLine[] = []
  let next: string | undefined
  try {
    do {
      const page = await logs.since({
        group,
        from: since,
        ...(streamPrefix !== undefined && { streamPrefix }),
        ...(region !== undefined && { region }),
        ...(next !== undefined && { next }),
      })
      for (const line of page.lines.filter(({ id }) => !shown.has(id))) {
        shown.set(line.id, line.at)
        lines.push({ ...line, process })
      }
      next = page.next
    } while (next !== undefined && !signal.aborted)
    return { lines }
  } catch (error) {
    return { lines, trouble: { error } }
  }
}

function moveOn(reading: Reading, since: number): void {
  reading.since = since
  for (const [id, at] of reading.shown) if (at < since) reading.shown.delete(id)
}
