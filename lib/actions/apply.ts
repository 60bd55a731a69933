import { type Deployment, enter } from '../deployment/deployment.ts'
import type { Failure } from '../deployment/failure.ts'
import type { Cancellation } from '../deployment/state.ts'
import { revisionName } from '../deployment/task-definition.ts'
import { tagKeys } from '../names/aws.ts'
import type { Stored } from '../records/records.ts'
import { keep } from './keep.ts'
import type { Leases } from './leases.ts'
import type { PlannedProcess } from './plan.ts'
import type { Ports } from './ports.ts'
import { Trouble, isPassing } from './trouble.ts'

export type Applied = {
  readonly stored: Stored<Deployment>
  /** What AWS refused, if it did. */
  readonly trouble?: Trouble
}

/**
 * Asks ECS for one deployment: registers a revision of its own, writes it down, then updates the service. Whatever is lost after the
 * writing down is found again by the revision; a command that lost its lease meanwhile changes nothing.
 */
export async function apply(
  stored: Stored<Deployment>,
  plan: PlannedProcess,
  leases: Leases,
  ports: Ports,
): Promise<Applied> {
  const { ecs, records, clock } = ports
  const { record } = stored
  let taskDefinition: string | undefined
  try {
    taskDefinition = await ecs.registerTaskDefinition({
      family: plan.family,
      from: plan.from,
      container: plan.container,
      image: `${plan.repository}@${plan.imageDigest}`,
      tags: {
        [tagKeys.deployment]: record.id,
        [tagKeys.dockerTag]: tagValue(plan.dockerTag),
        // What it was made from: `status` tells by it whether the template has changed since.
        [tagKeys.template]: revisionName(plan.from.arn),
      },
    })
    const written = await keep(
      records,
      stored,
      enter(record, { is: 'preparing', step: 'register', taskDefinition }, clock.now()),
    )
    if (written.record.state.is !== 'preparing') {
      await ecs.deregisterTaskDefinition(taskDefinition)
      return { stored: written }
    }
    if ((await leases.confirm(record.process)) === 'lost')
      return { stored: await giveWay(written, taskDefinition, ports) }
    try {
      await ecs.updateService({
        cluster: record.cluster,
        service: record.service,
        taskDefinition,
        configuration: plan.configuration,
      })
    } catch (error) {
      // ECS may have heard it: the deployment is looked for by its revision, as after a command that died here.
      if (isPassing(error)) return { stored: written }
      throw error
    }
    return { stored: await begun(written, taskDefinition, ports) }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    return { stored: await neverStarted(stored, error, taskDefinition, ports), trouble: error }
  }
}

/** ECS works on it, whether or not that can be written down now: it is found again by its revision. */
async function begun(
  written: Stored<Deployment>,
  taskDefinition: string,
  { records, clock }: Ports,
): Promise<Stored<Deployment>> {
  try {
    const starting = enter(written.record, { is: 'starting', ecs: { taskDefinition } }, clock.now())
    return await keep(records, written, starting)
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    return written
  }
}

/** AWS refused it: nothing runs of it, and its revision must not stay the newest of the family. */
async function neverStarted(
  stored: Stored<Deployment>,
  { message }: Trouble,
  taskDefinition: string | undefined,
  ports: Ports,
): Promise<Stored<Deployment>> {
  const { records, clock } = ports
  const present = (await records.deployment(stored.record.app, stored.record.id)) ?? stored
  if (present.record.state.is !== 'preparing') return present
  const failure: Failure = { code: 'never_started', evidence: [], awsReason: message }
  const ecs = taskDefinition === undefined ? {} : { ecs: { taskDefinition } }
  const failed = enter(present.record, { is: 'failed', reached: 'building', ...ecs, failure }, clock.now())
  return keep(records, present, failed)
}

async function giveWay(
  written: Stored<Deployment>,
  taskDefinition: string,
  { ecs, records, clock }: Ports,
): Promise<Stored<Deployment>> {
  const { app, process } = written.record
  const successor = (await records.lease(app, process))?.deploymentId
  const cancellation: Cancellation = { code: 'superseded', ...(successor !== undefined && { successor }) }
  await ecs.deregisterTaskDefinition(taskDefinition)
  return keep(
    records,
    written,
    enter(written.record, { is: 'cancelled', reached: 'building', cancellation }, clock.now()),
  )
}

/** What a tag's value may hold (AWS: letters, digits, spaces and `+ - = . _ : / @`, 256 characters). */
function tagValue(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} +\-=._:/@]/gu, '_').slice(0, 256)
}
