import type { Deployment } from '../../deployment/deployment.ts'
import { groupStatusOf, isSettled, statusOf } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import { cancelDeployments } from '../cancel-continue/cancel-deployments.ts'
import type { DecisionOptions } from '../cancel-continue/decide-each.ts'
import { type GroupEnd, groupEnd } from './group-end.ts'
import { type KnownPart, knownParts } from './known-parts.ts'
import type { GroupPart } from './look-at-group.ts'
import { type AppEvent, sideBySide } from '../side-by-side.ts'

export type GroupDecisionOptions = Omit<DecisionOptions, 'ports' | 'observer'>

/** Cancels a group over all its apps: only while every one of its deployments is still running. */
export async function* cancelGroup(
  group: Group,
  looked: readonly GroupPart[],
  options: GroupDecisionOptions,
): AsyncGenerator<AppEvent, GroupEnd, void> {
  const { id } = group
  const parts = knownParts(looked, { id, what: 'cancelled', instead: () => `cancel deploy id=${id}` })
  refuseUnlessRunning(id, parts)
  const ends = yield* sideBySide(
    parts.map(({ app, deployments }) => {
      const { ports, observer } = app
      return {
        app,
        events: cancelDeployments(
          { is: 'recorded', group, open: deployments },
          { ...options, ports, observer },
        ),
      }
    }),
  )
  return groupEnd(ends)
}

function refuseUnlessRunning(id: string, parts: readonly KnownPart[]): void {
  const all = parts.flatMap(({ app: { label }, deployments }) =>
    deployments.map(({ record }) => ({ label, record })),
  )
  const missing = parts.flatMap(part => part.missing)
  const others = all.filter(({ record }) => !isRunning(record))
  if (others.length === 0 && missing.length === 0) return
  const running = all.filter(({ record }) => isRunning(record))
  throw new Refusal({
    code: 'group_not_running',
    message: `${id} can be cancelled only while all of its deployments are running: ${[
      ...others.map(
        ({ label, record }) =>
          `${label}/${record.process} (${record.id}) is ${statusOf(record.state).replaceAll('_', ' ')}`,
      ),
      ...missing.map(each => `${each} was never recorded`),
    ].join(', ')}.`,
    advice: [
      ...running.map(
        ({ label, record }) => `${record.process} by itself: tapit -a ${label} cancel deploy id=${record.id}`,
      ),
      instead(id, parts),
    ].join('\n'),
  })
}

/** What can be done with all of it, by what became of it. */
function instead(id: string, parts: readonly KnownPart[]): string {
  const app = `tapit -a ${parts[0]?.app.label}`
  const records = parts.flatMap(({ deployments }) => deployments.map(({ record }) => record))
  const status = groupStatusOf(records.map(({ state }) => state))
  if (status === 'finalizing') return `Wait for them, then roll back: ${app} show group id=${id} --wait`
  const isUndone = records.every(
    ({ state, replacedBy }) => isSettled(state) && (state.is !== 'live' || replacedBy !== undefined),
  )
  return isUndone
    ? `Nothing of it is left to go back from: ${app} show group id=${id} shows how it ended.`
    : `All of it, whatever became of it: ${app} rollback group=${id}`
}

/** What goes on and can still be asked to go back. */
function isRunning({ state }: Deployment): boolean {
  return !isSettled(state) && !over.has(state.is)
}

/** On their way back already, or through with ECS. */
const over: ReadonlySet<string> = new Set(['rolling_back', 'cancelling', 'stopping', 'watching'])
