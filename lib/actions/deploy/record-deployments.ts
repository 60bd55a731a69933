import type { CountChange, Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'
import { judgedFields } from '../approvals/held.ts'
import { begin, takeBack, takeUp } from '../approvals/take-up.ts'
import type { DeployEvent } from '../events.ts'
import type { Followed } from '../follow/followed.ts'
import { whyOver } from '../follow/why-over.ts'
import { type LeaseWish, type Leases, createLeases } from '../leases/leases.ts'
import { makePlan } from '../plan/make-plan.ts'
import { planWarnings } from '../plan/plan-warnings.ts'
import type { PlannedProcess } from '../plan/plan.ts'
import { withConfigurations } from '../plan/with-configurations.ts'
import { withStops } from '../plan/with-stops.ts'
import { workable } from '../plan/workable.ts'
import { type ToPutBack, settleEarlier } from '../settle/settle-earlier.ts'
import type { DeployOptions } from './deploy-options.ts'
import { redrafted } from './draft-of.ts'
import { draw } from './draw.ts'
import { inheritedCount } from './inherited-count.ts'
import { ownConfigurations } from './own-configurations.ts'
import type { Prepared } from './prepare.ts'

/** Deployments that are on record, with the leases of their processes; ECS has heard of none. */
export type Recorded = {
  readonly leases: Leases
  readonly group: Group
  /** In the order of `planned`. */
  readonly followed: readonly Followed[]
  /** As things stand now that the leases are held. */
  readonly planned: readonly PlannedProcess[]
  /** By process, the configuration that is the service's own where another deployment had given it a different one. */
  readonly own: ReadonlyMap<string, DeploymentConfiguration>
}

/** Takes the leases, settles what earlier commands left, and writes the deployments down: all of them, or none. */
export async function* recordDeployments(
  prepared: Prepared,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, Recorded, void> {
  const { request, gathered, plan, judgement } = prepared
  const { ports, build, group: shared, approved, signal } = options
  const { records, clock } = ports
  const leases = createLeases(records, clock, {
    app: plan.app,
    holder: ports.newToken(),
    seconds: options.leaseSeconds,
    caller: gathered.caller,
    signal,
    ...(request.initiator !== undefined && { initiator: request.initiator }),
  })
  const drawn = draw(prepared.planned, { request, gathered, ports, build, group: shared })
  const begun = approved && (await takeUp(approved, prepared.planned, { judgement, ports }))
  const group = approved?.group ?? drawn.group
  const deployments = (begun?.map(({ record }) => record) ?? drawn.deployments).map(each => ({
    ...each,
    ...judgedFields(judgement, request),
  }))
  const followed: Followed[] = []
  try {
    yield* leases.take(deployments.map(wishOf), { supersede: request.supersede !== undefined })
    const { planned, own, toPutBack } = yield* plannedUnderLeases(prepared, deployments, options)
    for (const [index, deployment] of deployments.entries()) {
      const process = planned[index]
      const next = redrawn(deployment, process, toPutBack.get(deployment.process)?.count)
      const waited = begun?.[index]
      const stored =
        waited === undefined
          ? await records.createDeployment(next)
          : await begin(records, next, waited.version)
      // The way back of what crashes late is nobody's one-off.
      followed.push({ stored, isApplying: true, configuration: process?.restore ?? process?.configuration })
    }
    // The group comes last: one that is there is whole.
    if (begun === undefined) await records.createGroup(group)
    return { leases, group, followed, planned, own }
  } catch (error) {
    if (begun !== undefined) await takeBack(followed, ports)
    for (const { process } of deployments) await leases.release(process)
    throw signal.aborted ? stoppedBefore(signal) : error
  }
}

function wishOf({ process, id, imageDigest }: Deployment): LeaseWish {
  return { process, deploymentId: id, isBuilding: imageDigest === undefined }
}

type PlannedUnderLeases = Pick<Recorded, 'planned' | 'own'> & {
  /** By process, what an earlier deployment has changed for its own time. */
  readonly toPutBack: ReadonlyMap<string, ToPutBack>
}

/** Until the leases were held, somebody else may have changed what the plan was made of. */
async function* plannedUnderLeases(
  { request, gathered, plan, planned }: Prepared,
  deployments: readonly Deployment[],
  { ports, observer, signal }: DeployOptions,
): AsyncGenerator<DeployEvent, PlannedUnderLeases, void> {
  const { clock, ecs } = ports
  const isSuperseding = request.supersede !== undefined
  const toPutBack = await settleEarlier(plan.app, deployments, { isSuperseding, ports, observer })
  const present = await withStops(gathered, ports)
  if (present !== gathered) {
    const warnings = planWarnings(present, makePlan(present, request, clock.now()))
    for (const warning of warnings.filter(({ is }) => is === 'starts_again'))
      yield { is: 'warned', at: clock.now(), warning }
  }
  if (signal.aborted) throw stoppedBefore(signal)
  const own = await ownConfigurations({
    cluster: plan.cluster,
    toPutBack,
    services: new Map(planned.map(({ process, service }) => [process, service])),
    ecs,
  })
  if (present === gathered && own.size === 0) return { planned, own, toPutBack }
  const corrected = own.size === 0 ? present : withConfigurations(present, own, request)
  return { planned: workable(makePlan(corrected, request, clock.now())), own, toPutBack }
}

/** The record of a deployment by its latest plan. */
function redrawn(
  deployment: Deployment,
  plan: PlannedProcess | undefined,
  earlier: CountChange | undefined,
): Deployment {
  const { count: own, desired } = plan ?? {}
  // What an image is still to be built for is not changed yet: its own change of the count is recorded once it is.
  const planned =
    deployment.imageDigest === undefined ? { desired: own?.before ?? desired } : { own, desired }
  const count = inheritedCount({ ...planned, earlier })
  return {
    ...(plan === undefined ? deployment : redrafted(deployment, plan)),
    ...(count && { count }),
  }
}

/** Nobody waits any longer, and nothing has been asked of ECS: then nothing is. */
function stoppedBefore(signal: AbortSignal): Refusal {
  const why = whyOver(signal)
  return new Refusal({
    code: why,
    exit: why === 'interrupted' ? 'interrupted' : 'refused',
    message: `${why === 'interrupted' ? 'interrupted' : 'the time given was over'} before anything was deployed; nothing has changed.`,
  })
}
