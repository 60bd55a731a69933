import { runtimeLogGroup } from '../names/aws.ts'
import type { Clock } from '../names/clock.ts'
import type { AppService } from './app-services.ts'
import type { Ecs, LogLine, Logs } from './ports.ts'
import { isPassing } from './trouble.ts'

/** A line of one process's log. */
export type ProcessLine = LogLine & { readonly process: string }

export type ReadLogsOptions = {
  readonly sources: readonly LogSource[]
  readonly from: number
  readonly follow: boolean
  readonly logs: Logs
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Where one process logs. */
export type LogSource = { readonly process: string; readonly group: string; readonly streamPrefix?: string }

/** Late lines are asked for again over this long, and told apart by their ids. */
const overlap = 30_000
/** FilterLogEvents allows 5 to 25 calls a second for the whole account. */
const every = 2_500
const slowest = 30_000

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

/** Yields lines in the order of their times, in batches; with `follow`, goes on until the signal. */
export async function* readLogs({
  sources,
  from,
  follow,
  logs,
  clock,
  signal,
}: ReadLogsOptions): AsyncGenerator<readonly ProcessLine[], void, void> {
  const shown = new Map<string, number>()
  let since = from
  let wait = every
  while (!signal.aborted) {
    const asked = clock.now()
    try {
      const lines = (await Promise.all(sources.map(source => linesOf(source, since, logs)))).flat()
      const news = lines.filter(({ id }) => !shown.has(id)).toSorted((a, b) => a.at - b.at)
      for (const { id, at } of news) shown.set(id, at)
      if (news.length > 0) yield news
      wait = every
    } catch (error) {
      if (!follow || !isPassing(error)) throw error
      wait = Math.min(wait * 2, slowest)
    }
    if (!follow) return
    since = Math.max(from, asked - overlap)
    for (const [id, at] of shown) if (at < since - overlap) shown.delete(id)
    await clock.sleep(wait, signal)
  }
}

async function linesOf(
  { process, group, streamPrefix }: LogSource,
  from: number,
  logs: Logs,
): Promise<readonly ProcessLine[]> {
  const lines: ProcessLine[] = []
  let next: string | undefined
  do {
    const page = await logs.since({
      group,
      from,
      ...(streamPrefix !== undefined && { streamPrefix }),
      ...(next !== undefined && { next }),
    })
    lines.push(...page.lines.map(line => ({ ...line, process })))
    next = page.next
  } while (next !== undefined)
  return lines
}
