import type { Instant } from '../../deployment/state.ts'
import { age } from './age.ts'

/** `in 59 min`, `now`. */
export function leftUntil(until: Instant, now: Instant): string {
  return until - now < 1000 ? 'now' : `in ${age(until - now)}`
}
