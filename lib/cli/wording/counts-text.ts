import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { previousName } from './previous-name.ts'

/** Tasks and targets of a deployment, as they were seen last. */
export type Counts = {
  readonly tasks?: { readonly running: number; readonly wanted: number; readonly on?: string }
  readonly targets?: { readonly healthy: number; readonly wanted: number }
}

export function countsOf({ state, health, previous }: Deployment, seen: Observation | undefined): Counts {
  if (seen === undefined) return {}
  const { ours, service, targets } = seen
  if (state.is === 'stopping' || state.is === 'stopped') {
    // Its own are those that go.
    return service === undefined ? {} : { tasks: { running: service.running, wanted: service.desired } }
  }
  if (hasTurnedBack(state.is)) {
    if (service === undefined || state.is !== 'rolled_back') return {}
    const on = previous !== undefined && state.restored.asBefore ? previousName(previous) : undefined
    return { tasks: { running: service.running, wanted: service.desired, ...(on !== undefined && { on }) } }
  }
  if (ours === undefined) return {}
  const present = (targets ?? []).filter(target => target.state !== 'draining' && target.state !== 'unused')
  const healthy = present.filter(target => target.state === 'healthy').length
  const wanted = Math.max(ours.target.requested, present.length)
  return {
    tasks: { running: ours.target.running, wanted: ours.target.requested },
    ...(health.loadBalanced &&
      targets !== undefined &&
      !isOutdated(state.is, healthy, wanted) && { targets: { healthy, wanted } }),
  }
}

/** ECS calls no deployment successful whose targets are not healthy: what says otherwise was seen before that, and not since. */
function isOutdated(is: Deployment['state']['is'], healthy: number, wanted: number): boolean {
  return is === 'live' && healthy < wanted
}

function hasTurnedBack(is: Deployment['state']['is']): boolean {
  return (
    is === 'rolling_back' ||
    is === 'rolled_back' ||
    is === 'cancelling' ||
    is === 'cancelled' ||
    is === 'failed'
  )
}

/** `2/2 tasks`, `1/1 on v1.2.3`; empty where they are not known. */
export function tasksText({ tasks }: Counts): string {
  if (tasks === undefined) return ''
  return `${tasks.running}/${tasks.wanted} ${tasks.on === undefined ? 'tasks' : `on ${tasks.on}`}`
}

/** `2/2 targets healthy`; empty where they are not known. */
export function targetsText({ targets }: Counts): string {
  return targets === undefined ? '' : `${targets.healthy}/${targets.wanted} targets healthy`
}

/** `2/2 tasks, 2/2 targets healthy`. */
export function countsText(counts: Counts): string {
  return [tasksText(counts), targetsText(counts)].filter(text => text !== '').join(', ')
}
