import type { Decision, Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Stored } from '../../records/records.ts'
import type { DecisionWish } from './decide-each.ts'
import { keep } from '../keep.ts'
import type { Ports, ServiceDeployment } from '../ports.ts'
import { Trouble } from '../trouble.ts'
import { lookedAt } from './looked-at.ts'
import { answerOrTrace, refuseUnanswered } from './unanswered.ts'

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
  const answer = await answerOrTrace({
    serviceDeployment,
    ask: () => ecs.goOn({ serviceDeployment, hookId }),
    heard: now => heardBy(hookId, now),
    ports,
  }).catch(async (error: unknown) => {
    if (error instanceof Trouble && error.kind !== 'transient') await withdraw(decided, decision, ports)
    throw error
  })
  if (answer === 'unknown') refuseUnanswered(record, { id: record.id, wish: 'go on with' })
  if (answer === 'too_late') {
    await withdraw(decided, decision, ports)
    return refuseNotWaiting(record)
  }
  return lookedAt(decided, wish)
}

/** What became of the pause; as long as it lasts, ECS may not have heard yet. */
function heardBy(hookId: string, { hooks }: ServiceDeployment): 'asked' | 'too_late' | undefined {
  const hook = hooks.find(({ id }) => id === hookId)
  if (hook?.status === 'AWAITING_ACTION') return undefined
  return hook?.status === 'SUCCEEDED' ? 'asked' : 'too_late'
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
