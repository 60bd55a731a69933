import type { Instant } from '../../deployment/state.ts'
import { isObject } from '../../names/is-object.ts'

/** A line of the audit log, as it is read: `auditLine` the other way round, by whichever version of tapit it was written. */
export type AuditEntry = {
  /** When it happened, as the line says. */
  readonly at: Instant
  /** When AWS got the line: nobody can choose that one. */
  readonly ingestedAt?: Instant
  /** When it was written, by the clock of whoever wrote it. */
  readonly writtenAt: Instant
  /** `deployment`, `approval`, `scale`, …; absent of a line that is no event of tapit's. */
  readonly event?: string
  readonly state?: string
  readonly app?: string
  readonly process?: string
  readonly deploymentId?: string
  readonly groupId?: string
  readonly dockerTag?: string
  readonly imageDigest?: string
  readonly caller?: string
  readonly command?: string
  readonly reason?: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
  /** The line itself, where it is no event of tapit's: whoever may append can append anything. */
  readonly line?: string
}

type Written = Pick<AuditEntry, 'writtenAt' | 'ingestedAt'>

export function auditEntry(line: string, written: Written): AuditEntry {
  const { writtenAt } = written
  const found = parsed(line)
  const { event, at } = found
  if (typeof event !== 'string') return { at: writtenAt, ...written, line }
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN
  const details = detailsOf(found['details'])
  return {
    at: Number.isNaN(time) ? writtenAt : time,
    ...written,
    event,
    ...Object.fromEntries(texts.flatMap(name => text(name, found[name]))),
    ...(details !== undefined && { details }),
  }
}

const texts = [
  'state',
  'app',
  'process',
  'deploymentId',
  'groupId',
  'dockerTag',
  'imageDigest',
  'caller',
  'command',
  'reason',
] as const

type Found = Readonly<Record<string, unknown>>

function parsed(line: string): Found {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : {}
  } catch {
    // What is not JSON is no event, which is what the caller says.
    return {}
  }
}

function text(name: string, value: unknown): readonly (readonly [string, string])[] {
  return typeof value === 'string' ? [[name, value]] : []
}

function detailsOf(value: unknown): AuditEntry['details'] {
  if (!isObject(value)) return undefined
  const entries: [string, string | number | boolean][] = []
  for (const [name, detail] of Object.entries(value)) {
    if (typeof detail === 'string' || typeof detail === 'number' || typeof detail === 'boolean')
      entries.push([name, detail])
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
