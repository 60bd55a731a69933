import { groupStatusOf, isSettled } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Rebuilds } from '../build/rebuilds.ts'
import type { DryRun } from '../deploy/dry-run.ts'
import type { DeployOptions } from '../deploy/deploy-options.ts'
import type { Plan } from '../plan/plan.ts'
import {
  type Rebuilding,
  type RollbackPlan,
  type RollbackRequest,
  planRollback,
} from '../rollback/plan-rollback.ts'
import { dryRollback, rollBack } from '../rollback/roll-back.ts'
import type { AppOutcome } from './app-outcome.ts'
import { exitOfAll } from '../exit-of-all.ts'
import { type GroupEnd, groupEnd } from './group-end.ts'
import type { GroupApp } from './group-app.ts'
import { type KnownPart, knownParts } from './known-parts.ts'
import type { GroupPart } from './look-at-group.ts'
import { refusalOf } from './refusal-of.ts'
import { type RefusedApp, refuseTogether } from './refuse-together.ts'
import { drawGroup } from './shared-group.ts'
import { type AppEvent, sideBySide } from '../side-by-side.ts'

export type GroupRollbackRequest = Pick<
  RollbackRequest,
  'processes' | 'initiator' | 'config' | 'reason' | 'override'
> & {
  readonly group: Group
}

export type GroupRollbackOptions = Omit<DeployOptions, 'ports' | 'observer' | 'group' | 'build' | 'dryRun'>

export type GroupPlanOptions = Omit<GroupRollbackOptions, 'wait'> & {
  /** Builds what is gone in one of the apps. */
  readonly rebuildingIn: (app: GroupApp, request: RollbackRequest) => Rebuilding
}

/** What would be undone in one app of a group. */
export type AppRollback = {
  readonly app: GroupApp
  readonly request: RollbackRequest
  readonly rollback: RollbackPlan
  readonly dry: DryRun
  /** Absent where no image is gone. */
  readonly build?: Rebuilds
}

/** All apps of a group that is to be rolled back; refuses where one cannot be looked at, and while the group is finalizing. */
export function partsToRollBack(group: Group, looked: readonly GroupPart[]): readonly KnownPart[] {
  const parts = knownParts(looked, { id: group.id, what: 'rolled back', instead: rollbackOfOneApp })
  refuseWhileFinalizing(group, parts)
  return parts
}

/** Without its processes, `rollback` would be of all that the app has. */
function rollbackOfOneApp({ deployments }: KnownPart): string | undefined {
  const processes = deployments.flatMap(({ record: { process, state, replacedBy } }) =>
    !isSettled(state) || (state.is === 'live' && replacedBy === undefined) ? [process] : [],
  )
  return processes.length === 0 ? undefined : `rollback process=${processes.join(',')}`
}

/** Then ECS can no longer be stopped, and nothing has come to its end that could be undone. */
function refuseWhileFinalizing(group: Group, parts: readonly KnownPart[]): void {
  const states = parts.flatMap(({ deployments }) => deployments.map(({ record }) => record.state))
  if (groupStatusOf(states) !== 'finalizing') return
  throw new Refusal({
    code: 'group_finalizing',
    message: `${group.id} is finalizing: its deployments are about to come to their ends.`,
    advice: `Wait for them, then roll back: tapit -a ${parts[0]?.app.label} show group id=${group.id} --wait`,
  })
}

/** Finds out what a group would be undone to, in all of its apps. Refuses where one of them cannot go back; apps that moved on since are left out. */
export async function planGroupRollback(
  { group, ...request }: GroupRollbackRequest,
  looked: readonly GroupPart[],
  { rebuildingIn, ...options }: GroupPlanOptions,
): Promise<readonly AppRollback[]> {
  const { id } = group
  const parts = partsToRollBack(group, looked)
  const planned = await Promise.all(
    parts.map(async ({ app }): Promise<AppRollback | (RefusedApp & { readonly is: 'refused' })> => {
      try {
        return await planOne(app)
      } catch (error) {
        return { is: 'refused', label: app.label, error: refusalOf(error) }
      }
    }),
  )
  const refused = planned.flatMap(each => ('is' in each ? [each] : []))
  const inTheWay = refused.filter(({ error }) => error.code !== 'nothing_to_go_back_from')
  if (inTheWay.length > 0) throw refuseTogether(inTheWay, ['Nothing was rolled back in any of the apps.'])
  if (refused.length === planned.length) throw refuseTogether(refused)
  return planned.flatMap(each => ('is' in each ? [] : [each]))

  async function planOne(app: GroupApp): Promise<AppRollback> {
    const { ports, observer, place } = app
    const own = { ...request, app: place.app, cluster: place.app, group: id }
    const { rebuild, buildFor } = rebuildingIn(app, own)
    const rollback = await planRollback(own, { ports, observer, rebuild })
    const build = await buildFor(rollback)
    const means = { ...options, ports, observer, ...(build && { build }) }
    const dry = await dryRollback(own, rollback, means)
    return { app, request: own, rollback, dry, ...(build && { build }) }
  }
}

/** Tells what would be done in each of them. Changes nothing. */
export async function* showGroupRollback(
  rollbacks: readonly AppRollback[],
): AsyncGenerator<AppEvent, GroupEnd, void> {
  for (const { app, dry } of rollbacks) {
    for (const warning of dry.warnings)
      yield { is: 'event', app, event: { is: 'warned', at: app.ports.clock.now(), warning } }
    yield { is: 'over', app }
  }
  const apps = rollbacks.map(({ app, dry: { plan, exit } }): AppOutcome => {
    const { label, place } = app
    return { app, label, place, plan, exit, deployments: [] }
  })
  return { apps, exit: exitOfAll(apps.map(({ exit }) => exit)) }
}

/** Carries it out in all of them at once, as one group again; each app is on its own. */
export async function* rollBackGroup(
  rollbacks: readonly AppRollback[],
  options: GroupRollbackOptions,
): AsyncGenerator<AppEvent, GroupEnd, void> {
  const [first] = rollbacks
  if (first === undefined) throw new Error('there is nothing to roll back')
  await refuseImpossible(rollbacks)
  const group = drawGroup(first.app.ports)
  for (const { app, rollback } of rollbacks)
    group.add(
      app.place,
      rollback.back.map(({ process }) => process),
    )
  const ends = yield* sideBySide(
    rollbacks.map(({ app, request, rollback, build }) => {
      const { ports, observer, place } = app
      const shared = { group: group.shareOf(place), ...(build && { build }) }
      const own = { ...options, ...shared, ports, observer, dryRun: false }
      return { app, events: rollBack(request, rollback, own) }
    }),
  )
  return groupEnd(ends)
}

/** In all of the apps or in none: what cannot be planned or built, or a policy denies, in one of them stops the others too. */
async function refuseImpossible(rollbacks: readonly AppRollback[]): Promise<void> {
  const refused = await Promise.all(
    rollbacks.map(async ({ app: { label }, dry, build }): Promise<readonly RefusedApp[]> => {
      const errors = [...refusalsOf(dry.plan), ...(await refusalsOfBuild(dry.plan, build))]
      return errors.map(error => ({ label, error }))
    }),
  )
  if (refused.flat().length > 0)
    throw refuseTogether(refused.flat(), ['Nothing was rolled back in any of the apps.'])
}

/** Such as that there is no Docker on this machine. */
async function refusalsOfBuild(
  { processes }: Plan,
  build: Rebuilds | undefined,
): Promise<readonly Refusal[]> {
  try {
    await build?.check(processes.filter(each => each.is === 'planned'))
    return []
  } catch (error) {
    return [refusalOf(error)]
  }
}

function refusalsOf({ processes, policies = [] }: Plan): readonly Refusal[] {
  return [
    ...processes.flatMap(each =>
      each.is === 'planned'
        ? []
        : new Refusal({
            code: each.code,
            message: `${each.process}: ${each.reason}`,
            ...(each.advice !== undefined && { advice: each.advice }),
          }),
    ),
    ...policies
      .filter(({ effect, isOverridden }) => effect === 'deny' && !isOverridden)
      .map(
        ({ process, policy, because }) =>
          new Refusal({
            code: 'denied',
            exit: 'waiting',
            message: `${process}: the policy ${policy} denies it: ${because}`,
          }),
      ),
  ]
}
