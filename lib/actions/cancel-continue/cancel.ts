import { type Deployment, enter } from '../../deployment/deployment.ts'
import { isSettled, statusOf } from '../../deployment/projections.ts'
import type { Cancellation } from '../../deployment/state.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { DecisionWish } from './decide-each.ts'
import { keep } from '../keep.ts'
import type { ServiceDeployment } from '../ports.ts'
import { reconcile } from '../settle/reconcile.ts'
import { Trouble } from '../trouble.ts'
import { lookedAt } from './looked-at.ts'
import { answerOrTrace, refuseUnanswered } from './unanswered.ts'

/**
 * Asks ECS to turn a deployment back. The wish is written down first, so that whoever follows the deployment tells a wish from a
 * failure. What ECS has not been asked for yet is cancelled on the spot.
 */
export async function cancel(stored: Stored<Deployment>, wish: DecisionWish): Promise<Stored<Deployment>> {
  const { by, reason, ports } = wish
  const { records, clock, ecs } = ports
  const { record } = stored
  const at = clock.now()
  const said = { by, ...(reason !== undefined && { reason }) }
  if (isUnasked(record)) {
    const cancellation: Cancellation = { code: 'cancelled', ...said }
    const kept = await keep(
      records,
      stored,
      enter(record, { is: 'cancelled', reached: 'building', cancellation }, at),
    )
    return kept.record.state.is === 'cancelled' ? kept : cancel(kept, wish)
  }
  refuseTooLate(record)
  const wished = await keep(records, stored, { ...record, cancelRequested: { ...said, at } })
  if (wished.record.cancelRequested === undefined) return cancel(wished, wish)
  const visible = await untilVisible(wished, wish)
  const serviceDeployment = serviceDeploymentOf(visible)
  if (isSettled(visible.record.state)) return visible
  if (serviceDeployment === undefined) {
    throw new Refusal({
      code: 'not_visible_yet',
      message: `ECS does not show the deployment ${record.id} yet.`,
      advice: 'Try again in a few seconds.',
    })
  }
  const answer = await answerOrTrace({
    serviceDeployment,
    ask: () => ecs.rollBack(serviceDeployment),
    heard: heardOf,
    ports,
  }).catch(async (error: unknown) => {
    // What AWS refused is nobody's wish any more: a later end must not be told as if it were.
    if (error instanceof Trouble && error.kind !== 'transient')
      await keep(records, visible, withoutWish(visible.record))
    throw error
  })
  if (answer === 'unknown') refuseUnanswered(record, { id: record.id, wish: 'go back with' })
  if (answer === 'too_late') {
    throw new Refusal({
      code: 'too_late',
      message: `${record.id} has just come to its end in ECS.`,
      advice: `tapit -a ${record.app} show deploy id=${record.id} says which.`,
    })
  }
  return lookedAt(visible, wish)
}

/** ECS goes back, or has gone on to the end meanwhile; while it is at its tasks it may not have heard yet. */
function heardOf({ status }: ServiceDeployment): 'asked' | 'too_late' | undefined {
  if (status === 'SUCCESSFUL') return 'too_late'
  return status === 'PENDING' || status === 'IN_PROGRESS' ? undefined : 'asked'
}

/** ECS knows nothing of it yet. */
function isUnasked({ state }: Deployment): boolean {
  return state.is === 'awaiting_approval' || (state.is === 'preparing' && state.taskDefinition === undefined)
}

function withoutWish({ cancelRequested: _wish, ...deployment }: Deployment): Deployment {
  return deployment
}

/** ECS shows a deployment that it was just asked for a little later. */
async function untilVisible(
  wished: Stored<Deployment>,
  { ports, observer }: DecisionWish,
): Promise<Stored<Deployment>> {
  let present = wished
  for (let look = 0; look < looks; look += 1) {
    if (isSettled(present.record.state) || serviceDeploymentOf(present) !== undefined) return present
    if (look > 0) await ports.clock.sleep(betweenLooks)
    const [next = present] = await reconcile([present], { ports, observer })
    present = next
  }
  return present
}

const looks = 20
const betweenLooks = 1_000

function serviceDeploymentOf({ record: { state } }: Stored<Deployment>): string | undefined {
  return 'ecs' in state ? state.ecs?.serviceDeployment : undefined
}

function refuseTooLate({ id, app, process, state }: Deployment): void {
  if (state.is === 'stopping')
    throw new Refusal({
      code: 'too_late',
      message: `${id} is live, and ${process} is being stopped: there is no deployment to cancel.`,
      advice: `tapit -a ${app} start process=${process} brings it back.`,
    })
  const isOver = isSettled(state) || state.is === 'watching'
  if (!isOver && state.is !== 'rolling_back' && state.is !== 'cancelling') return
  throw new Refusal({
    code: 'too_late',
    message: `${id} of ${process} cannot be cancelled: it is ${statusOf(state).replaceAll('_', ' ')}.`,
    advice: isOver
      ? `To go back: tapit -a ${app} rollback process=${process}`
      : `tapit -a ${app} show deploy id=${id}`,
  })
}
