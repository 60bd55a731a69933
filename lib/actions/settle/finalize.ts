import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { hasBegun, isSettled } from '../../deployment/projections.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import { isAsSent } from '../../strategy/is-as-sent.ts'
import type { Pointer } from '../../records/pointer.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import { keep } from '../keep.ts'
import type { Ports, Service } from '../ports.ts'
import { isOwedItsScaling, resumeScaling } from './resume-scaling.ts'
import { pointerOf } from './pointer-of.ts'
import { stoppedPointerOf } from './stopped-pointer-of.ts'
import { Trouble } from '../trouble.ts'

export type Finalized = { readonly deployment: Deployment; readonly events: readonly DeployEvent[] }

type Means = Pick<Ports, 'records' | 'ecs' | 'scaling' | 'clock'> & {
  /** Records that were read a moment ago, and need not be read again. */
  readonly atHand?: readonly Stored<Deployment>[]
}

/**
 * Tidies up behind a deployment that has come to its end, or that ECS has turned back: the pointer moves to what is live, and the
 * revision of what is not goes, so that the newest active revision of a family is always what runs. At its end the service gets its own configuration back, and scales again where a stop had
 * suspended that. What was put away is said in the
 * deployment; what could not be is left to the next deploy.
 */
export async function finalize(deployment: Deployment, means: Means): Promise<Finalized> {
  if (deployment.state.is === 'live') await makeActive(deployment, means)
  const stopped = deployment.state.is === 'stopped' ? stoppedPointerOf(deployment) : undefined
  if (stopped !== undefined) await means.records.stopPointer(stopped)
  const tidied = hasRevisionsLeft(deployment) ? await tidyUp(deployment, means) : nothingToSay(deployment)
  const restored = isOwedItsConfiguration(deployment) ? await restore(tidied.deployment, means) : tidied
  const resumed = isOwedItsScaling(deployment)
    ? await resumeScaling(restored.deployment, means)
    : nothingToSay(restored.deployment)
  return {
    deployment: resumed.deployment,
    events: [...tidied.events, ...(restored === tidied ? [] : restored.events), ...resumed.events],
  }
}

function nothingToSay(deployment: Deployment): Finalized {
  return { deployment, events: [] }
}

/**
 * Whether ECS runs something else again than a deployment that it is turning back. From that moment on a change of the infrastructure,
 * which names the bare family, would deploy the failed revision a second time: so it goes before the rollback has ended.
 */
export function isTurnedBack({ state }: Deployment, { service }: Observation): boolean {
  // After a late crash ECS itself could still want to go back to it.
  const isOnItsWay =
    state.is === 'cancelling' || (state.is === 'rolling_back' && state.redeploying === undefined)
  const runs = service?.taskDefinition
  return isOnItsWay && runs !== undefined && runs !== state.ecs?.taskDefinition
}

/** Whether something of a deployment that has ended is still in ECS that should not be. */
export function needsTidying(deployment: Deployment): boolean {
  return (
    isSettled(deployment.state) &&
    (hasRevisionsLeft(deployment) || isOwedItsConfiguration(deployment) || isOwedItsScaling(deployment))
  )
}

/** Whether a revision of it may still be the newest of its family although something else runs, or soon will. */
function hasRevisionsLeft(deployment: Deployment): boolean {
  const { is } = deployment.state
  const { isTidiedUp = false } = deployment
  const isOverthrown = is === 'rolled_back' || is === 'cancelled' || is === 'failed'
  const isOne = isOverthrown || is === 'cancelling' || is === 'rolling_back'
  return isOne && !isTidiedUp && hasBegun(deployment)
}

/** Whether its service still has what this deployment alone was to have. */
export function isOwedItsConfiguration(deployment: Deployment): boolean {
  const { state, restore: configuration, isRestored = false } = deployment
  return isSettled(state) && configuration !== undefined && !isRestored && hasBegun(deployment)
}

/**
 * Gives the service back the configuration that it had before this deployment was given another one: a service keeps what it was sent last,
 * and its next deployment, whoever begins it, would move traffic as this one did. What somebody else has made of it since, or a deployment
 * that took over, is left alone.
 */
async function restore(deployment: Deployment, { ecs, clock }: Means): Promise<Finalized> {
  const { process, cluster, service, configuration: sent, restore: configuration } = deployment
  if (configuration === undefined) return nothingToSay(deployment)
  try {
    const [present] = await ecs.services(cluster, [service])
    const isThere = present !== undefined && present.isBeingDeleted !== true
    if (isThere && (sent === undefined || isAsSent(present.configuration, sent)))
      await ecs.configure({ cluster, service, configuration })
    return nothingToSay({ ...deployment, isRestored: true })
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    const warning = { is: 'not_restored', process, reason: error.message } as const
    return { deployment, events: [{ is: 'warned', at: clock.now(), warning }] }
  }
}

/** What was active before says what took its place. Nothing changes where ECS has made a later one live meanwhile. */
async function makeActive(deployment: Deployment, means: Means): Promise<void> {
  const { records } = means
  const pointer = pointerTo(deployment)
  if (pointer === undefined) return
  const [isActive, before] = await Promise.all([records.movePointer(pointer), replaced(deployment, means)])
  if (isActive && before !== undefined) await nameReplacement(before, deployment, records)
}

async function replaced(
  { app, id, previous }: Deployment,
  { records, atHand }: Means,
): Promise<Stored<Deployment> | undefined> {
  if (previous?.id === undefined || previous.id === id) return undefined
  return atHand?.find(({ record }) => record.id === previous.id) ?? records.deployment(app, previous.id)
}

/** Where somebody else wrote it meanwhile, it is named in what they wrote. */
async function nameReplacement(
  before: Stored<Deployment>,
  deployment: Pick<Deployment, 'id' | 'trigger'>,
  records: Ports['records'],
): Promise<void> {
  if (before.record.replacedBy !== undefined) return
  const { id, trigger } = deployment
  const kept = await keep(records, before, { ...before.record, replacedBy: { id, trigger } })
  await nameReplacement(kept, deployment, records)
}

/** The pointer that a live deployment is to be named by. */
export function pointerTo(deployment: Deployment): Pointer | undefined {
  return deployment.state.is === 'live' ? pointerOf(deployment, deployment.state.ecs) : undefined
}

async function tidyUp(deployment: Deployment, means: Means): Promise<Finalized> {
  const { ecs, clock } = means
  const { id, process, cluster, service } = deployment
  const own = revisionIn(deployment)
  try {
    const [present] = await ecs.services(cluster, [service])
    // A failed deployment's revision may be all that the service has: it stays.
    if (present === undefined || present.isBeingDeleted === true || present.taskDefinition === own)
      return { deployment, events: [] }
    await putCountBack(deployment, present, ecs)
    const found = await leftRevisions(deployment, present.taskDefinition, means)
    for (const revision of new Set([...(own === undefined ? [] : [own]), ...found])) {
      await ecs.deregisterTaskDefinition(revision)
    }
    return { deployment: { ...deployment, isTidiedUp: true }, events: [] }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    const warning = { is: 'not_cleaned_up', process, what: own ?? id, reason: error.message } as const
    return { deployment, events: [{ is: 'warned', at: clock.now(), warning }] }
  }
}

function revisionIn({ state }: Deployment): string | undefined {
  return 'ecs' in state ? state.ecs?.taskDefinition : undefined
}

/** ECS's rollback leaves the count as it is. What somebody has changed since, or a newer deployment, is left alone. */
async function putCountBack(
  { count, previous, cluster, service }: Deployment,
  present: Service,
  ecs: Ports['ecs'],
): Promise<void> {
  if (count === undefined || count.before === count.after) return
  const isAsLeft = present.taskDefinition === previous?.taskDefinition && present.desired === count.after
  if (isAsLeft) await ecs.setDesiredCount({ cluster, service, desiredCount: count.before })
}

/**
 * Active revisions that are newer than what runs and belong to the deployment, by their tag, or to one that it took over from, by their
 * number. A deployment can have none that its record knows, if its command died in between, or two: RegisterTaskDefinition has no client
 * token, so one whose answer was lost and that was sent again has registered twice.
 */
async function leftRevisions(
  deployment: Deployment,
  running: string,
  { ecs }: Means,
): Promise<readonly string[]> {
  const [family = ''] = revisionName(running).split(':')
  const own = revisionIn(deployment)
  const last = own === undefined ? 0 : numberOf(own)
  const newer = (await ecs.newestRevisions(family)).filter(arn => numberOf(arn) > numberOf(running))
  const left: string[] = []
  for (const arn of newer) {
    const of = (await ecs.taskDefinition(arn))?.tags[tagKeys.deployment]
    // Without the tag it is somebody else's.
    if (of === deployment.id || (of !== undefined && numberOf(arn) < last)) left.push(arn)
  }
  return left
}

/** 42 of `shop-worker:42`. */
function numberOf(taskDefinition: string): number {
  return Number(revisionName(taskDefinition).split(':')[1])
}
