import type { RegistryLogin } from '../../actions/images/login.ts'
import type { Instant } from '../../deployment/state.ts'
import { age } from './age.ts'
import { timeOfDay } from './time-of-day.ts'

/** `Docker is logged in to 123456789012.dkr.ecr.eu-west-1.amazonaws.com until 22:41:46Z, for 11 h.` */
export function loginText({ registry, until, helper }: RegistryLogin, now: Instant): string {
  if (helper !== undefined)
    return `Docker asks its credential helper ${helper} whenever it needs ${registry}: there is nothing to log in to.`
  const end = until === undefined ? '' : ` until ${timeOfDay(until, now)}, for ${age(until - now)}`
  return `Docker is logged in to ${registry}${end}.`
}
