import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import { tagKeys } from '../../names/aws.ts'
import type { Stored } from '../../records/records.ts'
import { giveWay } from '../settle/give-way.ts'
import type { ImageCheck } from './image-check.ts'
import { keep } from '../keep.ts'
import type { Leases } from '../leases/leases.ts'
import { type PersistOptions, persist } from './persist.ts'
import type { ReadyProcess } from '../plan/plan.ts'
import type { NewRevision, Ports } from '../ports.ts'
import { Trouble, isPassing } from '../trouble.ts'

export type ApplyOptions = Omit<PersistOptions, 'clock'> & {
  readonly leases: Leases
  readonly ports: Ports
  readonly check: ImageCheck
}

export type Applied = {
  readonly stored: Stored<Deployment>
  /** What AWS refused, if it did. */
  readonly trouble?: Trouble
}

/**
 * Asks ECS for one deployment: registers a revision of its own, writes it down, then updates the service, if its image is still there.
 * Trouble that passes is waited out. Whatever is lost after the writing down is found again by the revision; a command that lost its lease meanwhile changes nothing.
 * Throws `Trouble` where it cannot be known what became of it.
 */
export async function apply(
  stored: Stored<Deployment>,
  plan: ReadyProcess,
  { leases, ports, check, ...patience }: ApplyOptions,
): Promise<Applied> {
  const { ecs, records, clock } = ports
  const { record } = stored
  const persistently: Persistently = work => persist(work, { clock, ...patience })
  const taskDefinition = await persistently(() =>
    ecs.registerTaskDefinition(revisionOf(record, plan)).catch(refusalOrThrow),
  )
  if (taskDefinition instanceof Trouble) return neverStarted(stored, taskDefinition, ports)
  const registered = enter(record, { is: 'preparing', step: 'register', taskDefinition }, clock.now())
  const [present, image] = await Promise.all([
    persistently(() => keep(records, stored, registered)),
    persistently(() => check({ repository: plan.repository, digest: plan.imageDigest })),
  ])
  if (present.record.state.is !== 'preparing') {
    await ecs.deregisterTaskDefinition(taskDefinition)
    return { stored: present }
  }
  if (image !== 'there') return { stored: await withoutImage(present, { taskDefinition, image, ports }) }
  const answer = await ask(present.record, { taskDefinition, plan, leases, ports, persistently })
  if (answer === 'lost') {
    await ecs.deregisterTaskDefinition(taskDefinition)
    return { stored: await giveWay(present, ports) }
  }
  if (answer instanceof Trouble) return neverStarted(present, answer, ports)
  return { stored: await begun(present, taskDefinition, ports) }
}

type Persistently = <Result>(work: () => Promise<Result>) => Promise<Result>

type Question = {
  readonly taskDefinition: string
  readonly plan: ReadyProcess
  readonly leases: Leases
  readonly ports: Ports
  readonly persistently: Persistently
}

/** Asks ECS to deploy the revision until it is known to have heard, or to have refused. */
async function ask(
  { cluster, service, process, count }: Deployment,
  { taskDefinition, plan, leases, ports: { ecs }, persistently }: Question,
): Promise<'asked' | 'lost' | Trouble> {
  let mayHaveHeard = false
  const hasHeard = async (): Promise<boolean> => {
    const [present] = await ecs.services(cluster, [service])
    return present?.deployments.some(each => each.taskDefinition === taskDefinition) === true
  }
  return persistently(async () => {
    if (mayHaveHeard && (await hasHeard())) return 'asked'
    if ((await leases.confirm(process)) === 'lost') return 'lost'
    try {
      // The same revision again is nothing new to ECS: an answer that was lost does no harm.
      await ecs.updateService({
        cluster,
        service,
        taskDefinition,
        configuration: plan.configuration,
        ...(count && { desiredCount: count.after }),
      })
      return 'asked'
    } catch (error) {
      // Once ECS may have heard of it, no later answer means that it has not.
      if (mayHaveHeard) throw error
      mayHaveHeard = isPassing(error)
      return refusalOrThrow(error)
    }
  })
}

function refusalOrThrow(error: unknown): Trouble {
  if (error instanceof Trouble && isRefusal(error)) return error
  throw error
}

/** AWS said no to the deployment itself, not to the records or to who is asking. */
function isRefusal({ kind, operation }: Trouble): boolean {
  const isOfDeployment = operation === 'RegisterTaskDefinition' || operation === 'UpdateService'
  return isOfDeployment && (kind === 'refused' || kind === 'missing' || kind === 'denied')
}

function revisionOf(record: Deployment, plan: ReadyProcess): NewRevision {
  return {
    family: plan.family,
    from: plan.from,
    container: plan.container,
    image: `${plan.repository}@${plan.imageDigest}`,
    tags: {
      [tagKeys.deployment]: record.id,
      [tagKeys.dockerTag]: tagValue(plan.dockerTag),
      // What it was made from: `status` tells by it whether the template has changed since.
      [tagKeys.template]: plan.madeFrom,
      ...(plan.configuredCount !== undefined && { [tagKeys.count]: String(plan.configuredCount) }),
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
  trouble: Trouble,
  { records, clock }: Ports,
): Promise<Applied> {
  const { record } = stored
  if (record.state.is !== 'preparing') return { stored, trouble }
  const failure: Failure = { code: 'never_started', evidence: [], awsReason: trouble.message }
  const { taskDefinition } = record.state
  const ecs = taskDefinition === undefined ? {} : { ecs: { taskDefinition } }
  const failed = enter(record, { is: 'failed', reached: 'building', ...ecs, failure }, clock.now())
  return { stored: await keep(records, stored, failed), trouble }
}

/** Its image went between the plan and now. The service was not touched, and the revision must not stay the newest of its family. */
async function withoutImage(
  stored: Stored<Deployment>,
  {
    taskDefinition,
    image,
    ports: { ecs, records, clock },
  }: Pick<Question, 'taskDefinition' | 'ports'> & { readonly image: 'gone' | 'archived' },
): Promise<Stored<Deployment>> {
  const awsReason = image === 'archived' ? { awsReason: 'it is archived, and cannot be pulled' } : {}
  const failure: Failure = { code: 'image_not_found', evidence: [], ...awsReason }
  await ecs.deregisterTaskDefinition(taskDefinition).catch(leftToTidying)
  const failed = enter(stored.record, { is: 'failed', reached: 'building', failure }, clock.now())
  return keep(records, stored, failed)
}

/** Whoever tidies up finds the revision by its tag. */
function leftToTidying(error: unknown): void {
  if (!(error instanceof Trouble)) throw error
}

/** What a tag's value may hold (AWS: letters, digits, spaces and `+ - = . _ : / @`, 256 characters). */
function tagValue(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} +\-=._:/@]/gu, '_').slice(0, 256)
}
