import type { World } from '../../world.ts'
import { say } from '../say.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../state.ts'
import { ongoingDeployment } from './ongoing-deployment.ts'
import type { RoundOptions } from './replace-unhealthy-tasks.ts'
import { activeTasks, isOf } from './service-tasks.ts'
import { retireTasks, startTasks } from './start-tasks.ts'
import { isHealthy } from './task-health.ts'

/**
 * One round of a rolling update, and of a service at rest: stops what can be spared, starts what is missing.
 *
 * Never more than `maximumPercent` of the desired count in tasks that are meant to run, rounded down; never fewer than
 * `minimumHealthyPercent` healthy ones because of a stop, rounded up.
 */
export function scaleRolling(world: World, { service, at }: RoundOptions): void {
  const [primary] = service.deployments
  // A failed deployment without a rollback stalls: nothing is started and nothing is stopped for it.
  if (primary === undefined || primary.rolloutState === 'FAILED') return
  const { desiredCount } = service
  const { least, most } = limitsOf(world, service)
  const all = activeTasks(world, service)
  const idle = all.filter(servesNobody(world, primary))
  const active = all.filter(task => !idle.includes(task))
  const fresh = active.filter(isOf(primary))
  const old = active.filter(task => !fresh.includes(task))
  const healthy = isHealthy(world, at)

  const surplus = rankForStopping(fresh, healthy).slice(0, Math.max(0, fresh.length - desiredCount))
  const missing = Math.max(0, desiredCount - fresh.length)
  const replaced = old.length - Math.max(0, desiredCount - fresh.filter(healthy).length)
  const inTheWay = Math.min(missing, active.length - surplus.length + missing - most)
  const wanted = rankForStopping(old, healthy).slice(0, Math.max(0, replaced, inTheWay))
  const spare = active.filter(healthy).length - least
  const retired = [...surplus, ...within(wanted, { healthy, spare: spare - surplus.filter(healthy).length })]

  const room = most - (active.length - retired.length)
  const isDelayed = at < service.nextLaunchAt
  const started = isDelayed ? 0 : Math.max(0, Math.min(missing, room))
  retireTasks(world, { service, tasks: [...idle, ...retired], at })
  startTasks(world, { service, deployment: primary, count: started, at })
  reportStuck(world, {
    service,
    at,
    isStuck:
      missing > 0 &&
      room <= 0 &&
      old.length > 0 &&
      retired.length === 0 &&
      !fresh.some(task => !healthy(task)),
  })
}

/** What a deployment in stages left in the other one of a pair of target groups. */
function servesNobody(world: World, { revisionArn }: DeploymentRecord): (task: TaskRecord) => boolean {
  const { loadBalancers = [], settings } = world.state.ecs.serviceRevisions[revisionArn] ?? {}
  const live = loadBalancers.map(({ targetGroupArn }) => targetGroupArn)
  const others = (settings?.loadBalancers ?? [])
    .flatMap(it => [it.targetGroupArn, it.advancedConfiguration?.alternateTargetGroupArn])
    .filter(arn => !live.includes(arn))
  return ({ targets }) => targets.some(it => others.includes(it.targetGroupArn))
}

/** A deployment keeps to the limits that it began with. */
function limitsOf(
  world: World,
  service: ServiceRecord,
): {
  readonly least: number
  readonly most: number
} {
  const { desiredCount } = service
  const { deploymentConfiguration } = ongoingDeployment(world, service) ?? service
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = deploymentConfiguration
  return {
    least: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
    most: Math.floor((desiredCount * maximumPercent) / 100),
  }
}

/** What serves nobody goes first, then the youngest. */
function rankForStopping(
  tasks: readonly TaskRecord[],
  healthy: (task: TaskRecord) => boolean,
): readonly TaskRecord[] {
  return tasks.toReversed().toSorted((one, other) => Number(healthy(one)) - Number(healthy(other)))
}

/** As many of them as may go without too few healthy tasks remaining. */
function within(
  tasks: readonly TaskRecord[],
  { healthy, spare }: { readonly healthy: (task: TaskRecord) => boolean; readonly spare: number },
): readonly TaskRecord[] {
  let left = spare
  return tasks.filter(task => {
    if (!healthy(task)) return true
    left -= 1
    return left >= 0
  })
}

function reportStuck(
  world: World,
  { service, at, isStuck }: RoundOptions & { readonly isStuck: boolean },
): void {
  if (isStuck && !service.stuckReported) {
    const text =
      'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
      'Update the minimumHealthyPercent or maximumPercent value and try again.'
    say(world, { service, at, text })
  }
  service.stuckReported = isStuck
}
