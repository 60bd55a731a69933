import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import type { Rebuilds } from '../build/rebuilds.ts'
import { askBack, cancelled } from '../cancel-continue/cancel-deployments.ts'
import { beginningOf } from '../deploy/beginning-of.ts'
import { deploy } from '../deploy/deploy.ts'
import type { DeployOptions } from '../deploy/deploy-options.ts'
import { type DryRun, dryRun } from '../deploy/dry-run.ts'
import { fromBeginning } from '../deploy/from-beginning.ts'
import type { DeployEvent, Warning } from '../events.ts'
import { groupOf } from '../history/find-deployments.ts'
import { pinnedTo } from '../plan/pinned-to.ts'
import type { Plan } from '../plan/plan.ts'
import type { DeployRequest, PinnedVersion } from '../plan/request.ts'
import { putAway } from '../put-away.ts'
import { appServices } from '../services/app-services.ts'
import { both } from './both.ts'
import type { Return, RollbackPlan, RollbackRequest } from './plan-rollback.ts'

export type RollbackOptions = Omit<DeployOptions, 'build'> & {
  /** Builds what is gone. @default - nothing is */
  readonly build?: Rebuilds
}

export type RollbackEnd = {
  readonly exit: ExitName
  readonly plan?: Plan
  readonly group?: Group
  readonly deployments: readonly Deployment[]
}

/** What a rollback would do, as a plan. Changes nothing. */
export async function dryRollback(
  request: RollbackRequest,
  plan: RollbackPlan,
  { build, ...options }: Omit<RollbackOptions, 'dryRun' | 'wait'>,
): Promise<DryRun> {
  const { inFlight, back } = plan
  const {
    plan: deployed,
    exit,
    warnings,
  } = back.length === 0
    ? await nothingDeployed(request, options)
    : await dryRun(deployRequest(request, plan, build), { ...options, ...(build && { build }) })
  const goesBack = inFlight.map(({ record }) => record)
  return {
    plan: goesBack.length === 0 ? deployed : { ...deployed, goesBack },
    exit,
    warnings: [...rollbackWarnings(plan), ...warnings],
  }
}

async function nothingDeployed(
  { app, environment: named, cluster }: RollbackRequest,
  { ports }: Pick<DeployOptions, 'ports'>,
): Promise<DryRun> {
  const { environment } = await appServices(ports.ecs, {
    app,
    ...(named !== undefined && { environment: named }),
  })
  return { plan: { app: cluster, cluster, environment, processes: [] }, exit: 'done', warnings: [] }
}

/**
 * Carries a rollback out: each process by itself. What ECS is at goes back, and the others get a deployment, with the whole life of one;
 * all of them are followed at once.
 */
export async function* rollBack(
  request: RollbackRequest,
  plan: RollbackPlan,
  options: RollbackOptions,
): AsyncGenerator<DeployEvent, RollbackEnd, void> {
  const { ports, build } = options
  const { inFlight, back } = plan
  if (options.dryRun) {
    const { plan: shown, exit, warnings } = await dryRollback(request, plan, options)
    for (const warning of warnings) yield { is: 'warned', at: ports.clock.now(), warning }
    return { plan: shown, exit, deployments: [] }
  }
  for (const warning of rollbackWarnings(plan)) yield { is: 'warned', at: ports.clock.now(), warning }
  const deploying = back.length === 0 ? undefined : deploy(deployRequest(request, plan, build), options)
  if (inFlight.length === 0) return yield* deploying ?? nothing()
  try {
    // What refuses the deploy keeps the others from being stopped.
    const beginning = deploying && (await beginningOf(deploying))
    const stopping = yield* stopped(inFlight, request, options)
    if (deploying === undefined || beginning === undefined) return yield* stopping
    return yield* both(fromBeginning(beginning, deploying), stopping)
  } finally {
    if (deploying !== undefined) await putAway(deploying)
  }
}

/** Asks ECS to go back with what it is at; answers what becomes of that. */
async function* stopped(
  inFlight: readonly Stored<Deployment>[],
  { reason }: RollbackRequest,
  { ports, observer, wait, signal }: RollbackOptions,
): AsyncGenerator<DeployEvent, AsyncGenerator<DeployEvent, RollbackEnd, void>, void> {
  const [first] = inFlight
  if (first === undefined) return nothing()
  const group = await groupOf(first.record, ports.records)
  const means = { ports, observer, wait, signal, ...(reason !== undefined && { reason }) }
  return cancelled(group, yield* askBack(inFlight, means), means)
}

/** What a person should know of it: what is left out, and of each image that is gone, what is built in its place. */
function rollbackWarnings({ back }: RollbackPlan): readonly Warning[] {
  return back.flatMap(({ process, to: { dockerTag }, rebuild, skipped }): readonly Warning[] => [
    ...(skipped === undefined ? [] : [{ is: 'same_version', process, deployments: skipped } as const]),
    ...(rebuild === undefined
      ? []
      : [{ is: 'rebuilding', process, dockerTag, source: rebuild.from } as const]),
  ])
}

/** The request of the deploy that brings the earlier versions back. */
function deployRequest(
  { app, environment, initiator, config, reason, override }: RollbackRequest,
  { back }: RollbackPlan,
  build?: Rebuilds,
): DeployRequest {
  const watched = back.flatMap(({ from, takesOver }) => (takesOver === true && from ? [from] : []))
  const supersede = {
    reason: reason ?? `goes back from ${watched.join(', ')} without waiting for the end of its watch`,
  }
  return {
    app,
    trigger: 'rollback',
    processes: back.map(({ process }) => process),
    pinned: new Map(back.map(each => [each.process, versionOf(each, { config, build })])),
    ...(environment !== undefined && { environment }),
    ...(initiator !== undefined && { initiator }),
    ...(override !== undefined && { override }),
    ...(reason !== undefined && { reason }),
    ...(watched.length > 0 && { supersede }),
  }
}

type VersionOptions = Pick<RollbackRequest, 'config'> & { readonly build: Rebuilds | undefined }

function versionOf({ process, to, rebuild }: Return, { config, build }: VersionOptions): PinnedVersion {
  const { dockerTag, state } = to
  const { imageDigest, ...version } = pinnedTo(to)
  const taskDefinition = config === 'as_it_was' && 'ecs' in state ? state.ecs?.taskDefinition : undefined
  return {
    ...version,
    ...(rebuild === undefined
      ? { imageDigest }
      : { dockerTag: build?.tagOf(process) ?? rebuild.tag ?? dockerTag }),
    ...(taskDefinition !== undefined && { taskDefinition }),
  }
}

function nothing(): never {
  throw new Error('there is nothing to roll back')
}
