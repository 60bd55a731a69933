import { type Deployment, enter } from '../deployment/deployment.ts'
import type { Failure } from '../deployment/failure.ts'
import type { Cancellation } from '../deployment/state.ts'
import { revisionName } from '../deployment/task-definition.ts'
import { tagKeys } from '../names/aws.ts'
import type { Stored } from '../records/records.ts'
import { keep } from './keep.ts'
import type { Leases } from './leases.ts'
import { type PersistOptions, persist } from './persist.ts'
import type { PlannedProcess } from './plan.ts'
import type { NewRevision, Ports } from './ports.ts'
import { Trouble, isPassing } from './trouble.ts'

export type ApplyOptions = Omit<PersistOptions, 'clock'> & { readonly leases: Leases; readonly ports: Ports }

export type Applied = {
  readonly stored: Stored<Deployment>
  /** What AWS refused, if it did. */
  readonly trouble?: Trouble
}

/**
 * Asks ECS for one deployment: registers a revision of its own, writes it down, then updates the service. Trouble that passes is waited
 * out. Whatever is lost after the writing down is found again by the revision; a command that lost its lease meanwhile changes nothing.
 * Throws `Trouble` where it cannot be known what became of it.
 */
export async function apply(
  stored: Stored<Deployment>,
  plan: PlannedProcess,
  { leases, ports, ...patience }: ApplyOptions,
): Promise<Applied> {
  const { ecs, records, clock } = ports
  const { record } = stored
  const persistently = <Result>(work: () => Promise<Result>): Promise<Result> =>
    persist(work, { clock, ...patience })
  let present = stored
  let wasAsked = false
  try {
    const taskDefinition = await persistently(() => ecs.registerTaskDefinition(revisionOf(record, plan)))
    const registered = enter(record, { is: 'preparing', step: 'register', taskDefinition }, clock.now())
    present = await persistently(() => keep(records, stored, registered))
    if (present.record.state.is !== 'preparing') {
      await ecs.deregisterTaskDefinition(taskDefinition)
      return { stored: present }
    }
    const { cluster, service } = record
    const isAsked = await persistently(async () => {
      if ((await leases.confirm(record.process)) === 'lost') return false
      // The same revision again is nothing new to ECS: an answer that was lost does no harm.
      await asking(() =>
        ecs.updateService({ cluster, service, taskDefinition, configuration: plan.configuration }),
      )
      return true
    })
    if (!isAsked) return { stored: await giveWay(present, taskDefinition, ports) }
    return { stored: await begun(present, taskDefinition, ports) }
  } catch (error) {
    if (!(error instanceof Trouble) || !isRefusal(error) || wasAsked) throw error
    return { stored: await neverStarted(present, error, ports), trouble: error }
  }

  /** Once ECS may have heard of it, no later answer means that it has not. */
  async function asking(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (isPassing(error)) wasAsked = true
      throw error
    }
  }
}

/** AWS said no to the deployment itself, not to the records or to who is asking. */
function isRefusal({ kind, operation }: Trouble): boolean {
  const isOfDeployment = operation === 'RegisterTaskDefinition' || operation === 'UpdateService'
  return isOfDeployment && (kind === 'refused' || kind === 'missing' || kind === 'denied')
}

function revisionOf(record: Deployment, plan: PlannedProcess): NewRevision {
  return {
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

/** AWS refused it: nothing runs of it. */
async function neverStarted(
  stored: Stored<Deployment>,
  { message }: Trouble,
  { records, clock }: Ports,
): Promise<Stored<Deployment>> {
  const { record } = stored
  if (record.state.is !== 'preparing') return stored
  const failure: Failure = { code: 'never_started', evidence: [], awsReason: message }
  const { taskDefinition } = record.state
  const ecs = taskDefinition === undefined ? {} : { ecs: { taskDefinition } }
  return keep(
    records,
    stored,
    enter(record, { is: 'failed', reached: 'building', ...ecs, failure }, clock.now()),
  )
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
