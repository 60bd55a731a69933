import type { Deployment } from '../deployment/deployment.ts'
import { revisionName } from '../deployment/task-definition.ts'
import { tagKeys } from '../names/aws.ts'
import type { Pointer } from '../records/pointer.ts'
import type { DeployEvent } from './events.ts'
import type { Ports } from './ports.ts'
import { Trouble } from './trouble.ts'

export type Finalized = { readonly deployment: Deployment; readonly events: readonly DeployEvent[] }

/**
 * Tidies up behind a deployment that has come to its end: the pointer moves to what is live, and the revision of what is not goes, so
 * that the newest active revision of a family is always what runs. What was dropped is said in the deployment; what could not be is
 * left to the next deploy.
 */
export async function finalize(
  deployment: Deployment,
  ports: Pick<Ports, 'records' | 'ecs' | 'clock'>,
): Promise<Finalized> {
  if (deployment.state.is === 'live') await movePointer(deployment, ports)
  return needsTidying(deployment) ? dropRevisions(deployment, ports) : { deployment, events: [] }
}

/** Whether a revision of it may still be the newest of its family although something else runs. */
export function needsTidying({ state, isRevisionDropped }: Deployment): boolean {
  return (
    (state.is === 'rolled_back' || state.is === 'cancelled' || state.is === 'failed') &&
    isRevisionDropped !== true
  )
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

async function dropRevisions(
  deployment: Deployment,
  { ecs, clock }: Pick<Ports, 'ecs' | 'clock'>,
): Promise<Finalized> {
  const { id, process, cluster, service, state } = deployment
  const own = 'ecs' in state ? state.ecs?.taskDefinition : undefined
  try {
    const [present] = await ecs.services(cluster, [service])
    // A failed deployment's revision may be all that the service has: it stays.
    if (present === undefined || present.taskDefinition === own) return { deployment, events: [] }
    const found = await revisionsOf(id, present.taskDefinition, ecs)
    for (const revision of new Set([...(own === undefined ? [] : [own]), ...found])) {
      await ecs.deregisterTaskDefinition(revision)
    }
    return { deployment: { ...deployment, isRevisionDropped: true }, events: [] }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    const warning = { is: 'not_cleaned_up', process, what: own ?? id, reason: error.message } as const
    return { deployment, events: [{ is: 'warned', at: clock.now(), warning }] }
  }
}

/**
 * Active revisions of a deployment that are newer than what runs, by their tag. It can have none that its record knows, if its command
 * died in between, or two: RegisterTaskDefinition has no client token, so one whose answer was lost and that was sent again has
 * registered twice.
 */
async function revisionsOf(
  deploymentId: string,
  running: string,
  ecs: Ports['ecs'],
): Promise<readonly string[]> {
  const [family = '', number] = revisionName(running).split(':')
  const newer = (await ecs.newestRevisions(family)).filter(
    arn => Number(revisionName(arn).split(':')[1]) > Number(number),
  )
  const found: string[] = []
  for (const arn of newer) {
    if ((await ecs.taskDefinition(arn))?.tags[tagKeys.deployment] === deploymentId) found.push(arn)
  }
  return found
}
