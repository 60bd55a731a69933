import { enter } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import { judge } from '../../deployment/judge.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { State } from '../../deployment/state.ts'
import type { DeployEvent } from '../events.ts'
import type { Followed } from './followed.ts'
import { keep } from '../keep.ts'
import type { Leases } from '../leases/leases.ts'
import type { Ports } from '../ports.ts'
import { Trouble, isPassing } from '../trouble.ts'

type Means = { readonly leases: Leases; readonly ports: Ports }

/**
 * Asks ECS to go back where tapit judges a deployment hopeless. What is wanted is written down before ECS is asked, so that whoever
 * looks later knows who turned it back, and why; trouble that passes leaves it to the next turn to ask again.
 */
export async function turnBack(
  each: Followed,
  seen: Observation,
  means: Means,
): Promise<readonly DeployEvent[]> {
  if (each.configuration === undefined || each.hasAskedBack) return []
  const { record } = each.stored
  if (record.state.is === 'rolling_back') return redeployPrevious(each, means)
  const failure = judge(record, seen)
  if (failure === undefined || (await means.leases.confirm(record.process)) === 'lost') return []
  return record.state.is === 'watching'
    ? restorePrevious(each, failure, means)
    : stopDeployment(each, failure, seen, means)
}

async function stopDeployment(
  each: Followed,
  failure: Failure,
  { ours }: Observation,
  { ports: { ecs, records, clock } }: Means,
): Promise<readonly DeployEvent[]> {
  each.stored = await keep(records, each.stored, { ...each.stored.record, judged: failure })
  const deployment = each.stored.record
  if (ours === undefined || deployment.judged === undefined) return []
  try {
    each.hasAskedBack = (await ecs.rollBack(ours.arn)) === 'asked'
    return each.hasAskedBack ? [{ is: 'judged', at: clock.now(), deployment }] : []
  } catch (error) {
    if (!(error instanceof Trouble) || isPassing(error)) throw error
    // ECS's own circuit breaker comes to the same end, later: the deployment is followed on.
    each.hasAskedBack = true
    const warning = { is: 'cannot_roll_back', process: deployment.process, reason: error.message } as const
    return [{ is: 'warned', at: clock.now(), warning }]
  }
}

/** ECS called it successful, so that ECS's own rollback is over: the previous revision has to be deployed again. */
async function restorePrevious(
  each: Followed,
  failure: Failure,
  means: Means,
): Promise<readonly DeployEvent[]> {
  const { records, clock } = means.ports
  const { record } = each.stored
  const { state, previous } = record
  if (state.is !== 'watching') return []
  const reached = 'draining_previous'
  const { evidence } = failure
  const next: State =
    previous === undefined
      ? {
          is: 'failed',
          ecs: state.ecs,
          reached,
          failure: { code: 'no_rollback_candidate', cause: failure, evidence },
        }
      : {
          is: 'rolling_back',
          ecs: state.ecs,
          reached,
          failure,
          redeploying: { taskDefinition: previous.taskDefinition },
        }
  each.stored = await keep(records, each.stored, enter({ ...record, judged: failure }, next, clock.now()))
  return redeployPrevious(each, means)
}

async function redeployPrevious(each: Followed, { leases, ports }: Means): Promise<readonly DeployEvent[]> {
  const { ecs, records, clock } = ports
  const { record } = each.stored
  const { state, cluster, service } = record
  if (state.is !== 'rolling_back' || state.redeploying === undefined || each.configuration === undefined)
    return []
  if ((await leases.confirm(record.process)) === 'lost') return []
  const { taskDefinition } = state.redeploying
  try {
    await ecs.updateService({ cluster, service, taskDefinition, configuration: each.configuration })
    each.hasAskedBack = true
  } catch (error) {
    if (!(error instanceof Trouble) || isPassing(error)) throw error
    const { ecs: own, reached, failure: cause } = state
    const failure: Failure = {
      code: 'rollback_failed',
      cause,
      evidence: cause.evidence,
      awsReason: error.message,
    }
    const failed = enter(record, { is: 'failed', ecs: own, reached, failure }, clock.now())
    each.stored = await keep(records, each.stored, failed)
  }
  return [{ is: 'judged', at: clock.now(), deployment: each.stored.record }]
}
