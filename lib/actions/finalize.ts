import type { Deployment } from '../deployment/deployment.ts'
import { revisionName } from '../deployment/task-definition.ts'
import { tagKeys } from '../names/aws.ts'
import type { Pointer } from '../records/pointer.ts'
import type { DeployEvent } from './events.ts'
import type { Ports } from './ports.ts'
import { Trouble } from './trouble.ts'

/**
 * Tidies up behind a deployment that has come to its end: the pointer moves to what is live, and the revision of what is not goes, so
 * that the newest active revision of a family is always what runs.
 */
export async function finalize(
  deployment: Deployment,
  ports: Pick<Ports, 'records' | 'ecs' | 'clock'>,
): Promise<readonly DeployEvent[]> {
  switch (deployment.state.is) {
    case 'live':
      await movePointer(deployment, ports)
      return []
    case 'rolled_back':
    case 'cancelled':
    case 'failed':
      return dropRevision(deployment, ports)
    default:
      return []
  }
}

/** Whether the deployment became the active one: not if ECS has made a later one live meanwhile. */
export async function movePointer(
  deployment: Deployment,
  { records }: Pick<Ports, 'records'>,
): Promise<boolean> {
  const pointer = pointerTo(deployment)
  return pointer !== undefined && records.movePointer(pointer)
}

/** The pointer that a live deployment is to be named by. */
export function pointerTo(deployment: Deployment): Pointer | undefined {
  const { app, process, id, dockerTag, imageDigest, state } = deployment
  if (state.is !== 'live' || state.ecs.createdAt === undefined) return undefined
  return {
    app,
    process,
    deploymentId: id,
    dockerTag,
    imageDigest,
    taskDefinition: state.ecs.taskDefinition,
    ecsCreatedAt: state.ecs.createdAt,
  }
}

async function dropRevision(
  { id, process, cluster, service, state }: Deployment,
  { ecs, clock }: Pick<Ports, 'ecs' | 'clock'>,
): Promise<readonly DeployEvent[]> {
  if (!('ecs' in state) || state.ecs === undefined) return []
  const { taskDefinition } = state.ecs
  try {
    const [present] = await ecs.services(cluster, [service])
    // A failed deployment's revision may be all that the service has: it stays.
    if (present === undefined || present.taskDefinition === taskDefinition) return []
    for (const revision of await revisionsOf(id, taskDefinition, ecs)) {
      if (revision !== present.taskDefinition) await ecs.deregisterTaskDefinition(revision)
    }
    return []
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    return [
      {
        is: 'warned',
        at: clock.now(),
        warning: { is: 'not_cleaned_up', process, what: taskDefinition, reason: error.message },
      },
    ]
  }
}

/**
 * The deployment's revision, and any twin of it: RegisterTaskDefinition has no client token, so one whose answer was lost and that was
 * sent again has registered two.
 */
async function revisionsOf(
  deploymentId: string,
  taskDefinition: string,
  ecs: Ports['ecs'],
): Promise<readonly string[]> {
  const [family = ''] = revisionName(taskDefinition).split(':')
  const newest = await ecs.newestRevisions(family)
  const [before] = newest.slice(newest.indexOf(taskDefinition) + 1)
  if (before === undefined) return [taskDefinition]
  const twin = (await ecs.taskDefinition(before))?.tags[tagKeys.deployment] === deploymentId
  return twin ? [taskDefinition, before] : [taskDefinition]
}
