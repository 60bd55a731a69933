import { groupStatusOf, isSettled } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import { type DeployOptions, deploy } from '../deploy/deploy.ts'
import type { Plan } from '../plan/plan.ts'
import {
  type RollbackPlan,
  type RollbackRequest,
  deployRequest,
  planRollback,
  rollBack,
} from '../rollback/roll-back.ts'
import { type GroupEnd, groupEnd } from './group-end.ts'
import type { GroupApp } from './group-app.ts'
import { type KnownPart, knownParts } from './known-parts.ts'
import type { GroupPart } from './look-at-group.ts'
import { refusalOf } from './refusal-of.ts'
import { type RefusedApp, refuseTogether } from './refuse-together.ts'
import { drawGroup } from './shared-group.ts'
import { type AppEvent, sideBySide } from './side-by-side.ts'

export type GroupRollbackRequest = Pick<
  RollbackRequest,
  'processes' | 'initiator' | 'config' | 'reason' | 'override'
> & {
  readonly group: Group
}

export type GroupRollbackOptions = Omit<DeployOptions, 'ports' | 'observer' | 'group' | 'build' | 'dryRun'>

/** What would be undone in one app of a group. */
export type AppRollback = {
  readonly app: GroupApp
  readonly request: RollbackRequest
  readonly rollback: RollbackPlan
  /** Absent where all that it brought is still on its way: ECS goes back by itself then. */
  readonly plan?: Plan
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
  options: GroupRollbackOptions,
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
    const rollback = await planRollback(own, { ports, observer })
    if (rollback.back.length === 0) return { app, request: own, rollback }
    const dry = { ...options, ports, observer, dryRun: true, wait: false }
    const plan = await planOf(deploy(deployRequest(own, rollback), dry))
    return { app, request: own, rollback, plan }
  }
}

/** Carries it out in all of them at once, as one group again; each app is on its own. */
export async function* rollBackGroup(
  rollbacks: readonly AppRollback[],
  options: GroupRollbackOptions,
): AsyncGenerator<AppEvent, GroupEnd, void> {
  const [first] = rollbacks
  if (first === undefined) throw new Error('there is nothing to roll back')
  refuseImpossible(rollbacks)
  const group = drawGroup(first.app.ports)
  for (const { app, rollback } of rollbacks)
    group.add(
      app.place,
      rollback.back.map(({ process }) => process),
    )
  const ends = yield* sideBySide(
    rollbacks.map(({ app, request, rollback }) => {
      const { ports, observer, place } = app
      const own = { ...options, ports, observer, dryRun: false, group: group.shareOf(place) }
      return { app, events: rollBack(request, rollback, own) }
    }),
  )
  return groupEnd(ends)
}

/** In all of the apps or in none: what cannot be planned, or a policy denies, in one of them stops the others too. */
function refuseImpossible(rollbacks: readonly AppRollback[]): void {
  const refused = rollbacks.flatMap(({ app: { label }, plan }) =>
    plan === undefined ? [] : refusalsOf(plan).map(error => ({ label, error })),
  )
  if (refused.length > 0) throw refuseTogether(refused, ['Nothing was rolled back in any of the apps.'])
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

async function planOf(events: ReturnType<typeof deploy>): Promise<Plan> {
  while (true) {
    const { done, value } = await events.next()
    if (done === true) return value.plan
  }
}
