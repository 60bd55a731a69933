import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Stored } from '../../records/records.ts'
import { keep } from '../keep.ts'
import type { Ports } from '../ports.ts'
import { stoppedPointerOf } from './stopped-pointer-of.ts'

export type CarryOutOptions = {
  readonly ports: Pick<Ports, 'records' | 'ecs' | 'scaling' | 'clock'>
  /** Asked right before AWS is to change anything. */
  readonly confirm: () => Promise<'held' | 'lost'>
}

/** No scaling of any kind. */
const suspended = { scaleIn: true, scaleOut: true, scheduled: true }

/**
 * Asks AWS for all that a stop takes that was written down, however much of it was asked before: the pointer goes, auto scaling rests,
 * no task is wanted any more. Whoever loses the lease meanwhile changes nothing further.
 */
export async function carryOutStop(
  stored: Stored<Deployment>,
  { ports, confirm }: CarryOutOptions,
): Promise<Stored<Deployment>> {
  const { records, ecs, scaling, clock } = ports
  const { record } = stored
  const { cluster, service, state, stop } = record
  const pointer = stoppedPointerOf(record)
  if (state.is !== 'stopping' || stop === undefined) return stored
  // Something else has become active: there is nothing left to stop.
  if (pointer === undefined || !(await records.stopPointer(pointer)))
    return keep(records, stored, enter(record, { is: 'stopped', ecs: state.ecs }, clock.now()))
  if (stop.scaling !== undefined) {
    if ((await confirm()) === 'lost') return stored
    // Any change of a scalable target brings its service within the bounds: with its minimum none could be stopped.
    await scaling.change({ cluster, service, min: 0, suspended })
  }
  if ((await confirm()) === 'lost') return stored
  await ecs.setDesiredCount({ cluster, service, desiredCount: 0 })
  return keep(records, stored, { ...record, stop: { ...stop, askedAt: clock.now() } })
}
