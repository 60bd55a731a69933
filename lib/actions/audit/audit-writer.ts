import { auditLogGroup } from '../../names/aws.ts'
import type { Audit, AuditEvent } from '../../records/audit.ts'
import { once } from '../once.ts'
import type { Identity, Logs, Ports } from '../ports.ts'
import { Trouble, isPassing } from '../trouble.ts'
import { auditLine } from './audit-line.ts'

/** What could not be written, and why. */
export type AuditLoss = {
  readonly app: string
  readonly lines: number
  readonly why:
    /** There is no such log group, and whoever ran the command may not make it: infrastructure that tapit's CDK library did not make. */
    'no_log_group' | 'too_slow' | Error
}

export type AuditWriter = Audit & {
  /** Writes what is left, for a while; then says once what was lost, app by app. */
  end(): Promise<readonly AuditLoss[]>
}

export type AuditWriterOptions = {
  readonly logs: Pick<Logs, 'append'>
  readonly identity: Pick<Identity, 'caller'>
  readonly clock: Ports['clock']
  /** The command line, for whoever reads the log. */
  readonly command: string
}

/** How long the end of a command waits for its audit, in milliseconds: CloudWatch answers within a tenth of a second. */
const patience = 30_000
/** Between two tries of what was throttled. */
const pause = 2_000

type Told = { readonly app: string; readonly at: number; readonly event: AuditEvent }

/**
 * Writes what it is told to the log group of the app, in the background, a call for all that was told meanwhile. A stream holds a day: it
 * is made by the first who writes in it, and appending is all that the rest takes.
 */
export function auditWriter({ logs, identity, clock, command }: AuditWriterOptions): AuditWriter {
  const callerOf = once(async () => unlessUnknown(() => identity.caller()))
  const ending = new AbortController()
  const refused = new Map<string, AuditLoss['why']>()
  const lost = new Map<string, number>()
  let waiting: Told[] = []
  let latest = 0
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    // What one turn of the work tells goes into one call.
    await Promise.resolve()
    for (let [next] = waiting; next !== undefined && !ending.signal.aborted; [next] = waiting) {
      const { app } = next
      const told = waiting.filter(each => each.app === app)
      if (await isWritten(app, told)) waiting = waiting.filter(each => !told.includes(each))
      else await clock.sleep(pause, ending.signal)
    }
  }

  /** Whether these lines are through, for better or for worse; else they are to be tried again. */
  async function isWritten(app: string, told: readonly Told[]): Promise<boolean> {
    if (refused.has(app)) return lose(app, told.length)
    try {
      const caller = await callerOf()
      await logs.append({
        group: auditLogGroup(app),
        stream: dayOf(clock.now()),
        lines: told.map(({ at, event }) => ({
          at,
          message: auditLine(event, { at, command, ...(caller !== undefined && { caller }) }),
        })),
      })
      return true
    } catch (error) {
      if (isPassing(error)) return false
      refused.set(app, whyOf(error))
      return lose(app, told.length)
    }
  }

  function lose(app: string, lines: number): true {
    lost.set(app, (lost.get(app) ?? 0) + lines)
    return true
  }

  return {
    tell(event) {
      // No two at once: CloudWatch keeps no other order than that of the times.
      latest = Math.max(clock.now(), latest + 1)
      waiting.push({ app: event.app, at: latest, event })
      writing ??= write().finally(() => (writing = undefined))
    },
    async end() {
      const over = new AbortController()
      await Promise.race([writing, clock.sleep(patience, over.signal)])
      over.abort()
      ending.abort()
      for (const { app } of waiting) lose(app, 1)
      waiting = []
      return [...lost].map(([app, lines]) => ({ app, lines, why: refused.get(app) ?? 'too_slow' }))
    },
  }
}

/** `2026/11/21`, as other services of AWS name theirs. */
function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')
}

function whyOf(error: unknown): AuditLoss['why'] {
  const isWithoutGroup =
    error instanceof Trouble && error.kind === 'denied' && error.operation === 'CreateLogGroup'
  if (isWithoutGroup) return 'no_log_group'
  return error instanceof Error ? error : new Error(String(error))
}

/** A line without its caller is better than none. */
async function unlessUnknown(ask: () => Promise<string>): Promise<string | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Trouble) return undefined
    throw error
  }
}
