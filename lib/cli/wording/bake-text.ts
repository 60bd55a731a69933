import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { bakeOf } from './bake-of.ts'
import { toneOf } from './tone-of.ts'
import { took } from './took.ts'

/** That all traffic has moved, and how long both revisions stay; empty while that is not so. */
export function bakeText(deployment: Deployment, { ours }: Observation): string {
  const bake = ours && isGoingOn(deployment) ? bakeOf(ours, ours.target.traffic) : undefined
  if (bake?.of !== 'all') return ''
  const { dockerTag } = deployment
  const time = took(bake.minutes * 60_000)
  // Without a load balancer there is no traffic to speak of.
  return ours?.target.traffic === undefined
    ? `${dockerTag} runs beside the old tasks; both run for ${time}`
    : `all traffic is on ${dockerTag}; both stay for ${time}`
}

/** ECS may still call its stage a bake when somebody, or tapit, has asked it to turn back. */
function isGoingOn({ state, cancelRequested, judged }: Deployment): boolean {
  return toneOf(state) === 'in_progress' && cancelRequested === undefined && judged === undefined
}
