import type { Decision, Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { DecisionWish } from './decide-each.ts'
import { keep } from '../keep.ts'
import type { Ports } from '../ports.ts'
import { reconcile } from '../settle/reconcile.ts'
import { Trouble } from '../trouble.ts'

/**
 * Lets a deployment go on after the pause that it is in. Who decided is written down before ECS is asked, like every wish
 * (docs/adr/0003): whoever looks later sees it also where the answer was lost.
 */
export async function goOn(stored: Stored<Deployment>, wish: DecisionWish): Promise<Stored<Deployment>> {
  const { by, reason, ports } = wish
  const { records, clock, ecs } = ports
  const { record } = stored
  const { state } = record
  const pause = 'pause' in state ? state.pause : undefined
  const serviceDeployment = 'ecs' in state ? state.ecs?.serviceDeployment : undefined
  if (pause === undefined || serviceDeployment === undefined) return refuseNotWaiting(record)
  const { hookId, stage } = pause
  const decision: Decision = {
    hookId,
    stage,
    by,
    at: clock.now(),
    ...(reason !== undefined && { reason }),
  }
  const decided = await keep(records, stored, {
    ...record,
    decisions: [...(record.decisions ?? []), decision],
  })
  // Whoever follows it wrote in between: it may have gone on by itself.
  if (decided.record.decisions?.some(each => each.hookId === hookId && each.at === decision.at) !== true)
    return goOn(decided, wish)
  try {
    if ((await ecs.goOn({ serviceDeployment, hookId })) === 'too_late') {
      await withdraw(decided, decision, ports)
      return refuseNotWaiting(record)
    }
  } catch (error) {
    // An answer that was lost may have been a yes; one that was throttled was never heard.
    const isHeard = error instanceof Trouble && error.kind === 'transient'
    if (error instanceof Trouble && !isHeard) await withdraw(decided, decision, ports)
    throw error
  }
  const [going = decided] = await reconcile([decided], wish)
  return going
}

/** ECS did not go on because of it: somebody else decided, or the time was over. */
async function withdraw(
  decided: Stored<Deployment>,
  { hookId, at }: Decision,
  { records }: Ports,
): Promise<void> {
  const { record } = decided
  const decisions = (record.decisions ?? []).filter(each => each.hookId !== hookId || each.at !== at)
  await keep(records, decided, { ...record, decisions })
}

function refuseNotWaiting({ id, app, process }: Deployment): never {
  throw new Refusal({
    code: 'nothing_waits',
    message: `${id} of ${process} does not wait for anybody any more.`,
    advice: `tapit -a ${app} show deploy id=${id} shows how it stands.`,
  })
}
