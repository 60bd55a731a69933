import { type Deployment, type Stop, enter } from '../../deployment/deployment.ts'
import { type ExitName, Refusal } from '../../names/refusal.ts'
import { tagKeys } from '../../names/aws.ts'
import type { Group } from '../../records/group.ts'
import type { Pointer, StoppedPointer } from '../../records/pointer.ts'
import type { Stored } from '../../records/records.ts'
import type { AppService } from '../services/app-services.ts'
import { appToChange } from '../services/app-to-change.ts'
import { carryOutStop } from '../settle/carry-out-stop.ts'
import type { DeployEvent } from '../events.ts'
import { groupOf } from '../history/find-deployments.ts'
import { isHalfStopped } from '../settle/finish-stop.ts'
import { isOngoing } from '../services/is-ongoing.ts'
import { createLeases } from '../leases/leases.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports, ScalableTarget, Service } from '../ports.ts'
import { noneInProgress } from './none-in-progress.ts'
import { settleEarlier } from '../settle/settle-earlier.ts'
import { stoppedAlready } from './stopped-already.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'

export type StopRequest = {
  readonly app: string
  readonly environment?: string
  readonly processes: readonly string[]
  readonly reason?: string
}

export type StopOptions = {
  readonly ports: Ports
  readonly observer: Observer
  /** How long a lease lasts without being renewed. */
  readonly leaseSeconds: number
  /** Until no task runs any more. */
  readonly wait: boolean
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
}

export type StopEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

/** What is to be stopped: the active deployment of a process, or one whose stop was left half way. */
type ToStop = AppService & { readonly pointer: Pointer | StoppedPointer }

/**
 * Stops processes: their active deployments become stopping, then stopped. What a start needs is written down before anything is changed;
 * a command that dies in between leaves the rest to whoever looks next. Refuses before anything changes if one of them cannot be stopped.
 */
export async function* stopProcesses(
  request: StopRequest,
  { ports, observer, leaseSeconds, wait, signal }: StopOptions,
): AsyncGenerator<DeployEvent, StopEnd, void> {
  const { ecs, records, identity, clock, audit } = ports
  const { cluster, services } = await appToChange(ecs, request)
  const app = cluster.name
  const caller = await identity.caller()
  await noneInProgress({ app, processes: services.map(({ process }) => process) }, { ports, observer })
  const found = await toStop(app, services, ports)
  const leases = createLeases(records, clock, {
    app,
    holder: ports.newToken(),
    seconds: leaseSeconds,
    caller,
    signal,
  })
  const stopping: Stored<Deployment>[] = []
  const wishes = found.map(({ process, pointer: { deploymentId } }) => ({
    process,
    deploymentId,
    isStopping: true,
  }))
  yield* leases.take(wishes, { supersede: false })
  try {
    const plans = await settled(app, found, { ports, observer, by: caller, reason: request.reason })
    for (const { stored, stop } of plans) {
      const before = stored.record
      const written = isHalfStopped(before) ? stored : await begin(stored, stop, ports)
      const { process, id: deploymentId } = before
      const asked = await carryOutStop(written, { ports, confirm: () => leases.confirm(process) })
      audit.tell({
        is: 'stop',
        app,
        process,
        deploymentId,
        ...(stop.reason !== undefined && { reason: stop.reason }),
        details: { count: stop.count },
      })
      stopping.push(asked)
      yield { is: 'changed', at: clock.now(), before, deployment: asked.record }
    }
  } finally {
    // Before its last task is gone a process can be started again.
    for (const { process } of found) await leases.release(process)
  }
  const [first] = stopping
  if (first === undefined) throw new Error('there is nothing to stop')
  const group = await groupOf(first.record, records)
  if (!wait) return { group, exit: 'done', deployments: stopping.map(({ record }) => record) }
  return { group, ...(yield* watchDeployments(stopping, { ports, observer, signal })) }
}

async function toStop(
  app: string,
  services: readonly AppService[],
  { records }: Ports,
): Promise<readonly ToStop[]> {
  const [pointers, stopped] = await Promise.all([records.pointers(app), records.stoppedPointers(app)])
  const halfStopped = await halfStoppedOf(app, stopped, records)
  return services.map(each => {
    const isOfIt = ({ process }: Pointer): boolean => process === each.process
    const already = stopped.find(isOfIt)
    if (already !== undefined && !halfStopped.has(already.deploymentId)) throw stoppedAlready(already)
    const pointer = already ?? pointers.find(isOfIt)
    if (pointer === undefined) throw nothingActive(app, each.process)
    return { ...each, pointer }
  })
}

async function halfStoppedOf(
  app: string,
  stopped: readonly StoppedPointer[],
  records: Ports['records'],
): Promise<ReadonlySet<string>> {
  const ids = stopped.map(({ deploymentId }) => deploymentId)
  const found = ids.length === 0 ? [] : await records.deployments(app, ids)
  return new Set(found.filter(({ record }) => isHalfStopped(record)).map(({ record }) => record.id))
}

type Said = Pick<Stop, 'by' | 'reason'> & { readonly ports: Ports; readonly observer: Observer }

/** How they stand now that nobody else changes them. */
async function settled(
  app: string,
  found: readonly ToStop[],
  { ports, observer, by, reason }: Said,
): Promise<readonly { readonly stored: Stored<Deployment>; readonly stop: Stop }[]> {
  const { ecs, records, scaling, clock } = ports
  const ids = found.map(({ pointer }) => pointer.deploymentId)
  const stored = await records.deployments(app, ids)
  const half = stored.filter(({ record }) => isHalfStopped(record))
  const live = stored.filter(each => !half.includes(each))
  await settleEarlier(
    app,
    live.map(({ record }) => record),
    { isSuperseding: false, ports, observer },
  )
  const present = await toStop(
    app,
    found.map(({ process, service }) => ({ process, service })),
    ports,
  )
  return Promise.all(
    present.map(async ({ process, service: { cluster, name }, pointer: { deploymentId } }) => {
      const [[service], targets, [newest], own] = await Promise.all([
        ecs.services(cluster, [name]),
        scaling.targets(cluster, [name]),
        ecs.listServiceDeployments(cluster, name),
        records.deployment(app, deploymentId),
      ])
      if (service === undefined || own === undefined) throw nothingActive(app, process)
      if (newest !== undefined && isOngoing(newest)) throw stillBusy(app, process, newest.status)
      if (!isHalfStopped(own.record)) await prove(service, targets, ports)
      const count = service.desired > 0 ? service.desired : Number(service.tags[tagKeys.count] ?? 1)
      const stop: Stop = {
        by,
        at: clock.now(),
        count,
        ...(reason !== undefined && { reason }),
        ...keptOf(targets),
      }
      return { stored: own, stop: own.record.stop ?? stop }
    }),
  )
}

/** Asks for what is there already: whoever may not change it is refused before anything is written down. */
async function prove(
  { cluster, name: service, desired: desiredCount }: Service,
  [target]: readonly ScalableTarget[],
  { ecs, scaling }: Ports,
): Promise<void> {
  if (target !== undefined) await scaling.change({ cluster, service, min: target.min })
  await ecs.setDesiredCount({ cluster, service, desiredCount })
}

function keptOf([target]: readonly ScalableTarget[]): Pick<Stop, 'scaling'> {
  return target === undefined ? {} : { scaling: { min: target.min, suspended: target.suspended } }
}

/** The wish first: whoever finds it carries it out. */
async function begin(
  stored: Stored<Deployment>,
  stop: Stop,
  { records, clock }: Ports,
): Promise<Stored<Deployment>> {
  const { record, version } = stored
  const { state } = record
  if (state.is !== 'live') throw changedMeanwhile(record)
  const stopping = enter({ ...record, stop }, { is: 'stopping', ecs: state.ecs }, clock.now())
  const answer = await records.saveDeployment(stopping, version)
  if (answer === 'conflict') throw changedMeanwhile(record)
  return answer
}

function nothingActive(app: string, process: string): Refusal {
  return new Refusal({
    code: 'nothing_active',
    message: `nothing that tapit deployed is active in ${process}, so there is nothing to stop.`,
    advice: `tapit -a ${app} status shows what runs; tapit -a ${app} create deploy process=${process} deploys to it.`,
  })
}

function stillBusy(app: string, process: string, status: string): Refusal {
  return new Refusal({
    code: 'in_progress',
    message: `ECS is still busy with a deployment of ${process} (${status}).`,
    advice: `tapit -a ${app} status shows it; tapit -a ${app} cancel deploy process=${process} turns it back.`,
  })
}

function changedMeanwhile({ app, process }: Deployment): Refusal {
  return new Refusal({
    code: 'in_progress',
    message: `somebody else is changing ${process} just now.`,
    advice: `tapit -a ${app} status shows how it stands.`,
  })
}
