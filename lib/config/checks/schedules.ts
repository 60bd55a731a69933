import type { Mistake } from '../mistakes/mistake.ts'
import type { TapitFile } from '../schema.ts'
import { quote } from '../wording/quote.ts'
import { unknownName } from './unknown-name.ts'

/** When and with which process a command runs. */
export function checkSchedules({ schedules = {}, processes }: TapitFile): readonly Mistake[] {
  const names = Object.keys(processes)
  return Object.entries(schedules).flatMap(([name, { process, schedule, timezone }]) => [
    ...unknownName({ what: 'process', name: process, names, path: ['schedules', name, 'process'] }),
    ...mistake(['schedules', name, 'schedule'], schedule, wrongSchedule(schedule)),
    ...mistake(['schedules', name, 'timezone'], timezone, wrongTimezone(timezone)),
  ])
}

function mistake(path: readonly string[], value = '', why: string | undefined): readonly Mistake[] {
  return why === undefined ? [] : [{ path, message: `${quote(value)} is not allowed: ${why}` }]
}

function wrongSchedule(schedule: string): string | undefined {
  const [kind, inner = ''] = schedule.slice(0, -1).split('(')
  return kind === 'cron' ? wrongCron(inner.trim().split(/\s+/)) : wrongRate(inner)
}

function wrongCron(fields: readonly string[]): string | undefined {
  if (fields.length !== 6)
    return `it has ${fields.length} fields. Allowed: 6, as in cron(0 3 * * ? *): minutes hours day-of-month month day-of-week year.`
  const isOneDay = (fields[2] === '?') !== (fields[4] === '?')
  return isOneDay ? undefined : 'one of day-of-month and day-of-week must be "?", as in cron(0 3 * * ? *).'
}

function wrongRate(rate: string): string | undefined {
  const [, amount = '', unit = ''] = /^(\d+) (\w+)$/.exec(rate) ?? []
  if (Number(amount) === 0) return 'it never runs. Allowed: 1 or more.'
  const isSingular = !unit.endsWith('s')
  return (amount === '1') === isSingular ? undefined : 'AWS wants "1 hour" and "2 hours".'
}

function wrongTimezone(timezone: string | undefined): string | undefined {
  if (timezone === undefined || isTimezone(timezone)) return undefined
  return 'no such time zone. Allowed: a name such as Europe/Berlin, or UTC.'
}

function isTimezone(timezone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
