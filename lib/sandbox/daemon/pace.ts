import { isRecord } from '../is-record.ts'
import { timings } from '../timings.ts'
import type { Timings } from '../world.ts'
import { isTimingsName, type Settings, type TimingsName } from './settings.ts'

/** How fast a home's sandbox goes: kept with its state, so that it is the same after every end. */
export type Pace = {
  readonly timings: TimingsName
  /** Milliseconds that a minute lasts which a client sets. */
  readonly minute: number
}

/** What was asked for; else what the home had. A minute belongs to its timings: with others it is theirs. */
export function paceOf({ timings: name, minute }: Pick<Settings, 'timings' | 'minute'>, saved?: Pace): Pace {
  const chosen = name ?? saved?.timings ?? 'short'
  const kept = saved?.timings === chosen ? saved.minute : undefined
  return { timings: chosen, minute: minute ?? kept ?? timings[chosen].minute }
}

export function timingsOf({ timings: name, minute }: Pace): Timings {
  return { ...timings[name], minute }
}

/** Undefined for what an older version saved, which knew no pace, and for what nobody saved. */
export function paceIn(value: unknown): Pace | undefined {
  if (!isRecord(value)) return undefined
  const { timings: name, minute } = value
  if (typeof name !== 'string' || !isTimingsName(name)) return undefined
  if (typeof minute !== 'number' || !(minute > 0)) return undefined
  return { timings: name, minute }
}
