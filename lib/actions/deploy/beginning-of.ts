import type { DeployEvent } from '../events.ts'
import type { Plan } from '../plan/plan.ts'
import type { DeployEnd } from './deploy-options.ts'

/** What a deploy tells until all is planned. */
export type Beginning =
  | { readonly is: 'planned'; readonly told: readonly DeployEvent[]; readonly plan: Plan }
  /** A dry run ends with its plan, and what a policy denies with the record of that. */
  | { readonly is: 'over'; readonly told: readonly DeployEvent[]; readonly end: DeployEnd }

/** Listens until all is planned: nothing goes on as long as nobody listens further. */
export async function beginningOf(events: AsyncGenerator<DeployEvent, DeployEnd, void>): Promise<Beginning> {
  const told: DeployEvent[] = []
  while (true) {
    const { done, value } = await events.next()
    if (done === true) return { is: 'over', told, end: value }
    told.push(value)
    if (value.is === 'planned') return { is: 'planned', told, plan: value.plan }
  }
}
