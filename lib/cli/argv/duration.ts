import { Refusal } from '../../names/refusal.ts'
import { quoted } from '../text/quoted.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
/** Nothing that a command waits for or looks back at is longer; longer is a slip of the finger. */
const longest = 366 * day

/**
 * Milliseconds of a duration as typed: `90s`, `30m`, `1h30m`, `2d`.
 *
 * @param what What the duration belongs to, as typed: `--timeout`, `since=`.
 */
export function parseDuration(text: string, what: string): number {
  const parts = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text)
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts ?? []
  const milliseconds =
    Number(days) * day + Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second
  if (parts !== null && text !== '' && milliseconds > 0 && milliseconds <= longest) return milliseconds
  throw new Refusal({
    code: 'invalid_duration',
    exit: 'usage',
    message: `${what} is not a duration: ${quoted(text)}.${/^\d+$/.test(text) ? ' It lacks a unit.' : ''}`,
    advice: 'Durations are whole numbers with their unit, from 1s to 366d: 90s, 30m, 1h30m, 2d',
  })
}
