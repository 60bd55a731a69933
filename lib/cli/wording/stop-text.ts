import type { Stop } from '../../deployment/deployment.ts'
import type { Instant } from '../../deployment/state.ts'
import { age } from './age.ts'
import { callerName } from './caller-name.ts'
import { counted } from './counted.ts'
import { sentence } from './sentence.ts'

/** `stopped 3 min ago by user/ada (over night), with 2 tasks.` */
export function stopText({ by, reason, at, count }: Stop, now: Instant): string {
  const why = reason === undefined ? '' : ` (${reason})`
  return sentence(`stopped ${age(now - at)} ago by ${callerName(by)}${why}, with ${counted(count, 'task')}`)
}
