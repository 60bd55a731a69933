import type { SandboxClock } from './world.ts'
import { type RateMeter, rateMeter } from './rate-meter.ts'

/** What goes wrong with a request; the default messages and codes are AWS's. */
export type FaultEffect =
  | 'throttle'
  | 'deny'
  | 'expire'
  /** No answer until the sandbox closes. */
  | 'hang'
  /** The request is carried out, but the connection breaks before the answer. */
  | 'lose-answer'
  | { readonly error: 500 | 503 }
  /** Real milliseconds before the request is carried out. */
  | { readonly delay: number }

export type Fault = {
  /** As AWS names it, such as `UpdateService`. @default - every operation */
  readonly operation?: string
  /** The name that its requests are signed for, such as `ecs`. @default - every service */
  readonly service?: string
  /** @default - whatever the input is */
  readonly when?: (input: unknown) => boolean
  /** How many matching requests pass before it strikes. @default 0 */
  readonly after?: number
  /** How often it strikes. @default - until it is removed */
  readonly times?: number
  readonly effect: FaultEffect
}

export type JournalEntry = {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly service: string
  readonly operation: string
  /** Of the HTTP answer; undefined while there is none, and when it was lost. */
  status?: number
  /** The error's name, if it was one. */
  error?: string
  /** As parsed; undefined when it could not be. */
  input?: unknown
}

export type Call = { readonly service: string; readonly operation: string; readonly input: unknown }

/** Lets tests make AWS fail, and remembers what was asked of it. */
export type Faults = {
  /** Returns what removes it. Of several that match, the first that was added strikes. */
  add(fault: Fault): () => void
  clear(): void
  /** Throttle by AWS's published token buckets from now on. */
  meterRates(on?: boolean): void
  /** The newest requests, oldest first. */
  readonly journal: readonly JournalEntry[]
  /** How many requests for an operation there were, whatever became of them. */
  count(operation: string): number
  /** For the server: what strikes this call. */
  strike(call: Call): FaultEffect | undefined
  /** For the server: notes a request, before anything is done about it. */
  record(entry: JournalEntry): JournalEntry
}

export function createFaults({ clock }: { clock: SandboxClock }): Faults {
  const faults: { readonly fault: Fault; matched: number; struck: number }[] = []
  const journal: JournalEntry[] = []
  const counts = new Map<string, number>()
  let meter: RateMeter | undefined

  return {
    journal,
    add: fault => {
      const added = { fault, matched: 0, struck: 0 }
      faults.push(added)
      return () => {
        const at = faults.indexOf(added)
        if (at >= 0) faults.splice(at, 1)
      }
    },
    clear: () => {
      faults.length = 0
    },
    meterRates: (on = true) => {
      meter = on ? rateMeter({ clock }) : undefined
    },
    count: operation => counts.get(operation) ?? 0,
    strike: call => {
      for (const it of faults) {
        if (!matches(it.fault, call)) continue
        it.matched++
        const { after = 0, times = Infinity, effect } = it.fault
        if (it.matched <= after || it.struck >= times) continue
        it.struck++
        return effect
      }
      return meter?.allows(call) === false ? 'throttle' : undefined
    },
    record: entry => {
      counts.set(entry.operation, (counts.get(entry.operation) ?? 0) + 1)
      journal.push(entry)
      if (journal.length > journalLength) journal.shift()
      return entry
    },
  }
}

/** So that a daemon's memory does not grow for ever. */
const journalLength = 10_000

function matches({ operation, service, when }: Fault, call: Call): boolean {
  if (operation !== undefined && operation !== call.operation) return false
  if (service !== undefined && service !== call.service) return false
  return when === undefined || when(call.input)
}
