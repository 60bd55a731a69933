import { Refusal } from '../../names/refusal.ts'
import type { Ports } from '../ports.ts'
import { deregisterRevisions } from './deregister-revisions.ts'
import type { PruningPlan } from './plan-pruning.ts'
import { type Removal, removeImages } from './remove-images.ts'
import { tellPruned } from './tell-pruned.ts'

/** What was done of a plan. */
export type Pruned = {
  readonly plan: PruningPlan
  readonly removal: Removal
  /** ARNs of the revisions that were deregistered. */
  readonly revisions: readonly string[]
  /** Why not all of it was done. */
  readonly trouble?: Refusal
}

type Means = Pick<Ports, 'ecs' | 'imageStore' | 'records' | 'clock' | 'audit'>

/** Deletes images and deregisters revisions of an app as planned; what was done before trouble came is told as well. */
export async function carryOut(app: string, plan: PruningPlan, ports: Means): Promise<Pruned> {
  const removal: Removal = { removed: [], refused: [] }
  const revisions: string[] = []
  try {
    if (plan.is === 'planned') await removeImages(plan, ports, removal)
    await deregisterRevisions(plan.staleRevisions, ports, revisions)
    return { plan, removal, revisions }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { plan, removal, revisions, trouble: error }
  } finally {
    tellPruned({ app, repository: plan.repository, removed: removal.removed, revisions }, ports.audit)
  }
}
