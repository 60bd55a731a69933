import type { Instant } from '../../deployment/state.ts'

/** `10:41:46Z`; with the day in front where that is not the day of `now`. */
export function timeOfDay(at: Instant, now: Instant = at): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T')
  const clock = `${time.slice(0, 8)}Z`
  return new Date(now).toISOString().startsWith(day) ? clock : `${day} ${clock}`
}
