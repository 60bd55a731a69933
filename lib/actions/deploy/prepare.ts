import type { ExitName } from '../../names/refusal.ts'
import { needsImage } from '../approvals/held.ts'
import { heldEnd } from '../approvals/held-end.ts'
import { recordAwaiting, recordDenied } from '../approvals/hold.ts'
import { type Judgement, judgePlan } from '../approvals/judge-plan.ts'
import { notOverriddenWarnings, overriddenWarning } from '../approvals/overrides.ts'
import { requesterOf } from '../approvals/take-up.ts'
import type { DeployEvent, Warning } from '../events.ts'
import { type Gathered, gather } from '../plan/gather.ts'
import { makePlan } from '../plan/make-plan.ts'
import { planWarnings } from '../plan/plan-warnings.ts'
import type { Plan, PlannedProcess } from '../plan/plan.ts'
import type { DeployRequest } from '../plan/request.ts'
import { workable } from '../plan/workable.ts'
import { type Release, releaseOf } from '../release/release-of.ts'
import type { DeployEnd, DeployOptions } from './deploy-options.ts'

/** A deploy that may go on: nothing is written yet, and no lease is held. */
export type Prepared = {
  readonly request: DeployRequest
  readonly gathered: Gathered
  readonly plan: Plan
  /** Those of the plan: none was refused. */
  readonly planned: readonly PlannedProcess[]
  /** Absent where no policy is in force. */
  readonly judgement: Judgement | undefined
  /** Absent where there is nothing to run before the processes start. */
  readonly release: Release | undefined
}

/**
 * Reads, plans and judges a deploy. It has its end here where it was only to be planned, or policies do not let it begin; what cannot work
 * is refused.
 */
export async function* prepare(
  request: DeployRequest,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, Prepared | DeployEnd, void> {
  const { ports, build, approved, group, scans } = options
  const { clock } = ports
  const gathered = await gather(request, ports, {
    compares: options.dryRun,
    ...(build && { unbuiltTag: build.dockerTag }),
  })
  const drafted = makePlan(gathered, request, clock.now())
  const requester = approved && requesterOf(approved)
  const judgement = await judgePlan(drafted, {
    request,
    gathered,
    ports,
    ...(scans && { scans }),
    ...(requester && { requester }),
  })
  const plan = judgement === undefined ? drafted : { ...drafted, policies: judgement.notes }
  for (const warning of planWarnings(gathered, plan, patienceOf(options))) yield warned(warning)
  for (const warning of judgement === undefined ? [] : notOverriddenWarnings(judgement, request))
    yield warned(warning)
  if (options.dryRun) return { exit: exitOfPlan(plan), plan, deployments: [] }

  const planned = workable(plan)
  if (gathered.cannotFollow !== undefined) throw gathered.cannotFollow
  const holding = { request, gathered, ports, build }
  if (judgement !== undefined && judgement.overridden.length > 0)
    yield warned(overriddenWarning(judgement, request.override))
  if (judgement !== undefined && judgement.denied.length > 0) {
    const held = await recordDenied(planned, { ...holding, judgement }, approved)
    return yield* heldEnd(held, { plan, how: 'ended', clock })
  }
  const toApprove = approved === undefined && judgement?.needsApproval.length ? judgement : undefined
  if (toApprove !== undefined && planned.some(({ imageDigest }) => imageDigest === undefined))
    throw needsImage(toApprove.needsApproval)
  await build?.check(planned)
  const found = await releaseOf(request, gathered, planned)
  const release = found === undefined || 'is' in found ? undefined : found
  if (found !== undefined && 'is' in found) yield warned({ is: 'release_left_out', process: found.process })
  yield { is: 'planned', at: clock.now(), plan }
  if (toApprove !== undefined) {
    const held = await recordAwaiting(planned, { ...holding, judgement: toApprove, group })
    return yield* heldEnd(held, { plan, how: options.wait ? undefined : 'left', clock })
  }
  return { request, gathered, plan, planned, judgement, release }

  function warned(warning: Warning): DeployEvent {
    return { is: 'warned', at: clock.now(), warning }
  }
}

/** Whoever does not wait has no time to be told of. */
function patienceOf({ wait, patience }: DeployOptions): { readonly patience?: number } {
  return wait && patience !== undefined ? { patience } : {}
}

function exitOfPlan({ processes, policies = [] }: Plan): ExitName {
  const refused = processes.filter(each => each.is === 'refused')
  const isDenied = policies.some(({ effect, isOverridden }) => effect === 'deny' && !isOverridden)
  if (refused.length === 0) return isDenied ? 'waiting' : 'done'
  return refused.every(({ isUsage = false }) => isUsage) ? 'usage' : 'refused'
}
