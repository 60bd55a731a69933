import { type Deployment, enter } from '../deployment/deployment.ts'
import { isSettled, statusOf } from '../deployment/projections.ts'
import type { Cancellation } from '../deployment/state.ts'
import { Refusal } from '../names/refusal.ts'
import type { Stored } from '../records/records.ts'
import { keep } from './keep.ts'
import type { Ports } from './ports.ts'

/**
 * Asks ECS to turn a deployment back. The wish is written down first, so that whoever follows the deployment tells a wish from a
 * failure. What ECS has not heard of yet is cancelled on the spot.
 */
export async function cancel(
  stored: Stored<Deployment>,
  { by, reason, ports }: { by: string; reason?: string; ports: Ports },
): Promise<Stored<Deployment>> {
  const { records, clock, ecs } = ports
  const { record } = stored
  const at = clock.now()
  const said = { by, ...(reason !== undefined && { reason }) }
  if (record.state.is === 'preparing') {
    const cancellation: Cancellation = { code: 'cancelled', ...said }
    const kept = await keep(
      records,
      stored,
      enter(record, { is: 'cancelled', reached: 'building', cancellation }, at),
    )
    return kept.record.state.is === 'cancelled'
      ? kept
      : cancel(kept, { by, ...(reason !== undefined && { reason }), ports })
  }
  refuseTooLate(record)
  const wished = await keep(records, stored, { ...record, cancelRequested: { ...said, at } })
  if (wished.record.cancelRequested === undefined)
    return cancel(wished, { by, ...(reason !== undefined && { reason }), ports })
  const { state } = wished.record
  const serviceDeployment = 'ecs' in state ? state.ecs?.serviceDeployment : undefined
  if (serviceDeployment === undefined) {
    throw new Refusal({
      code: 'not_visible_yet',
      message: `ECS does not show the deployment ${record.id} yet.`,
      advice: 'Try again in a few seconds.',
    })
  }
  if ((await ecs.rollBack(serviceDeployment)) === 'too_late') {
    throw new Refusal({
      code: 'too_late',
      message: `${record.id} has just come to its end in ECS.`,
      advice: `tapit -a ${record.app} show deploy id=${record.id} says which.`,
    })
  }
  return wished
}

function refuseTooLate({ id, app, process, state, previous }: Deployment): void {
  const isOver = isSettled(state) || state.is === 'watching'
  if (!isOver && state.is !== 'rolling_back' && state.is !== 'cancelling') return
  const back = previous?.dockerTag === undefined ? '…' : previous.dockerTag
  throw new Refusal({
    code: 'too_late',
    message: `${id} of ${process} cannot be cancelled: it is ${statusOf(state).replaceAll('_', ' ')}.`,
    advice: isOver
      ? `To go back: tapit -a ${app} create deploy process=${process} docker_tag=${back}`
      : `tapit -a ${app} show deploy id=${id}`,
  })
}
