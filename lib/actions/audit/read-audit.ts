import { auditLogGroup } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Instant } from '../../deployment/state.ts'
import type { LogLine, Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'
import { type AuditEntry, auditEntry } from './audit-entry.ts'
import { type AuditPlace, auditPage, auditPlaceOf } from './audit-page.ts'

export type AuditQuery = {
  /** The app in its environment. */
  readonly app: string
  /** Only what is about this deployment or group. */
  readonly id?: string
  readonly processes?: readonly string[]
  /** How far to look back. @default - 30 days; with an id, to when it was made */
  readonly from?: Instant
  readonly limit: number
  /** The `next` of the page before. */
  readonly next?: string
}

export type AuditEntries = {
  readonly entries: readonly AuditEntry[]
  readonly from: Instant
  /** Where it goes on, to what is older. */
  readonly next?: string
}

const day = 24 * 60 * 60 * 1_000
const defaultSpan = 30 * day
/** An answer may be empty though there is more to search; so often it is asked for on the way to one page. */
const mostCalls = 100

/** What was written to the audit log of an app, newest first. */
export async function readAudit(
  query: AuditQuery,
  { logs, clock }: { readonly logs: Pick<Ports['logs'], 'newest'>; readonly clock: Ports['clock'] },
): Promise<AuditEntries> {
  const { app, id, processes, limit, next } = query
  const group = auditLogGroup(app)
  const words = [id, ...(processes?.length === 1 ? processes : [])].filter(isPlain)
  let place: AuditPlace = next === undefined ? { from: fromOf(query, clock.now()) } : auditPlaceOf(next, app)
  const { from } = place
  const entries: AuditEntry[] = []
  let isEnd = false
  for (let call = 0; call < mostCalls && !isEnd; call += 1) {
    const left = limit - entries.length
    const page = await logs
      .newest({ group, words, limit: left === 0 ? limit : left, ...place })
      .catch((error: unknown) => refuse(error, group))
    const found = page.lines.map(entryOf).filter(entry => isWanted(entry, query))
    // CloudWatch gives a place to go on at though nothing may be there: that there is more is known once it was seen.
    if (left === 0 && found.length > 0) break
    entries.push(...found)
    place = { from, ...(page.next !== undefined && { next: page.next }) }
    isEnd = page.next === undefined
  }
  return {
    entries: entries.toSorted(byAwsTime),
    from,
    ...(place.next !== undefined && { next: auditPage(place, app) }),
  }
}

/** What CloudWatch takes in quotes as it stands. It finds the lines that hold it anywhere: which of them are meant is judged here. */
function isPlain(word: string | undefined): word is string {
  return word !== undefined && /^[\w.-]+$/.test(word)
}

function entryOf({ at, ingestedAt, message }: LogLine): AuditEntry {
  return auditEntry(message, { writtenAt: at, ...(ingestedAt !== undefined && { ingestedAt }) })
}

/** Newest first. What a line says of its time is whoever's who wrote it; of those that came in one call, CloudWatch keeps it in order. */
function byAwsTime(one: AuditEntry, other: AuditEntry): number {
  return cameIn(other) - cameIn(one) || other.writtenAt - one.writtenAt
}

function cameIn({ ingestedAt, writtenAt }: AuditEntry): Instant {
  return ingestedAt ?? writtenAt
}

function isWanted({ deploymentId, groupId, process }: AuditEntry, { id, processes }: AuditQuery): boolean {
  const isOfId = id === undefined || deploymentId === id || groupId === id
  return isOfId && (processes === undefined || (process !== undefined && processes.includes(process)))
}

function fromOf({ id, from }: AuditQuery, now: Instant): Instant {
  if (id !== undefined && !/^(?:dep|grp)_[0-9a-hjkmnp-tv-z]{26}$/.test(id)) {
    throw new Refusal({
      code: 'bad_id',
      exit: 'usage',
      message: `"${id}" is not the id of a deployment or group.`,
      advice: 'They are written dep_… and grp_…; tapit list deploys shows them.',
    })
  }
  if (from !== undefined) return from
  // Clocks differ: a day is nothing to look through.
  return id === undefined ? now - defaultSpan : Math.min(madeAt(id), now) - day
}

const digits = '0123456789abcdefghjkmnpqrstvwxyz'
/** Of a ULID, the first ten characters are the time of its making (https://github.com/ulid/spec). */
const timeLength = 10

function madeAt(id: string): Instant {
  const time = id.slice(id.indexOf('_') + 1).slice(0, timeLength)
  return Array.from(time).reduce((sum, digit) => sum * digits.length + digits.indexOf(digit), 0)
}

function refuse(error: unknown, group: string): never {
  if (!(error instanceof Trouble)) throw error
  if (error.kind === 'missing') {
    throw new Refusal({
      code: 'no_audit_log',
      message: `there is no log group ${group}, so nothing is written down of this app.`,
      advice: 'Check -a and -e. cdk deploy makes it, and so does the first command that changes something.',
      cause: error,
    })
  }
  if (error.kind !== 'denied') throw error
  throw new Refusal({
    code: error.code,
    message: error.message,
    advice: `The deploy role can only append to the audit. Read it as somebody who has logs:FilterLogEvents on ${group}.`,
    cause: error,
  })
}
