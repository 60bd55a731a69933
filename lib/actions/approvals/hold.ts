import { type Deployment, enter } from '../../deployment/deployment.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import { draw, type DrawOptions } from '../deploy/draw.ts'
import { keep } from '../keep.ts'
import type { PlannedProcess } from '../plan/plan.ts'
import type { Ports } from '../ports.ts'
import { awaiting, denied, judgedFields } from './held.ts'
import type { Judgement } from './judge-plan.ts'
import type { Approved } from './take-up.ts'

export type HoldOptions = Omit<DrawOptions, 'ports'> & {
  readonly judgement: Judgement
  readonly ports: Ports
}

export type Held = { readonly group: Group; readonly stored: readonly Stored<Deployment>[] }

/** Writes down a deploy that a policy forbids. Those that waited for an approval end by it. */
export async function recordDenied(
  planned: readonly PlannedProcess[],
  options: HoldOptions,
  approved?: Approved,
): Promise<Held> {
  const { judgement, ports } = options
  const at = ports.clock.now()
  if (approved !== undefined) {
    const stored = await Promise.all(
      approved.stored.map(each =>
        keep(ports.records, each, enter(each.record, denied(each.record, judgement, at).state, at)),
      ),
    )
    return { group: approved.group, stored }
  }
  return record(planned, options, deployment => denied(deployment, judgement, at))
}

/** Writes down a deploy that waits for an approval. No lease is held meanwhile: it stands in nobody's way. */
export async function recordAwaiting(
  planned: readonly PlannedProcess[],
  options: HoldOptions,
): Promise<Held> {
  const { judgement, request, ports } = options
  const at = ports.clock.now()
  return record(planned, options, (deployment, plan) =>
    awaiting(deployment, plan, { judgement, request, at }),
  )
}

async function record(
  planned: readonly PlannedProcess[],
  options: HoldOptions,
  held: (deployment: Deployment, plan: PlannedProcess) => Deployment,
): Promise<Held> {
  const { ports, judgement, request } = options
  const { group, deployments } = draw(planned, options)
  const stored: Stored<Deployment>[] = []
  for (const [index, deployment] of deployments.entries()) {
    const plan = planned[index]
    if (plan === undefined) continue
    const judged = { ...deployment, ...judgedFields(judgement, request) }
    stored.push(await ports.records.createDeployment(held(judged, plan)))
  }
  // The group comes last: one that is there is whole.
  await ports.records.createGroup(group)
  return { group, stored }
}
