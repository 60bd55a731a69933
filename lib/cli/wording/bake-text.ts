import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { bakeOf } from './bake-of.ts'
import { took } from './took.ts'

/** That all traffic has moved, and how long both revisions stay; empty while that is not so. */
export function bakeText({ dockerTag }: Pick<Deployment, 'dockerTag'>, { ours }: Observation): string {
  const bake = ours && bakeOf(ours, ours.target.traffic)
  if (bake?.of !== 'all') return ''
  // Without a load balancer there is no traffic to speak of.
  const what = ours?.target.traffic === undefined ? `${dockerTag} runs` : `all traffic is on ${dockerTag}`
  return `${what}; both stay for ${took(bake.minutes * 60_000)}`
}
