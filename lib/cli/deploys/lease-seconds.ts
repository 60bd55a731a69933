import { Refusal } from '../../names/refusal.ts'

const defaultSeconds = 60
const allowed = { min: 5, max: 3600 }

/** How long a lease lasts unless renewed: `TAPIT_LEASE_SECONDS`, else 60. */
export function leaseSecondsOf(env: Readonly<Record<string, string | undefined>>): number {
  const said = env['TAPIT_LEASE_SECONDS']
  if (said === undefined || said === '') return defaultSeconds
  const seconds = Number(said)
  if (/^\d+$/.test(said) && seconds >= allowed.min && seconds <= allowed.max) return seconds
  throw new Refusal({
    code: 'bad_lease_seconds',
    exit: 'usage',
    message: `TAPIT_LEASE_SECONDS is "${said.slice(0, 40)}".`,
    advice: `It takes a whole number of seconds from ${allowed.min} to ${allowed.max}.`,
  })
}
