import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { DeployEvent } from '../events.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'
import { exitOfAll } from '../exit-of-all.ts'
import { exitOfRefusal } from '../exit-of-refusal.ts'
import { type GroupEnd, groupEnd } from './group-end.ts'
import type { KnownPart } from './known-parts.ts'
import type { GroupPart } from './look-at-group.ts'
import { type AppEvent, sideBySide } from '../side-by-side.ts'

/** Follows a group over all apps that can be reached, to the ends of its deployments. */
export async function* watchGroup(
  group: Group,
  parts: readonly GroupPart[],
  signal: AbortSignal,
): AsyncGenerator<AppEvent, GroupEnd, void> {
  const known = parts.flatMap(part => (part.is === 'known' ? [part] : []))
  if (known.length === 0) return outcomesOf(group, parts)
  const ends = yield* sideBySide(known.map(part => ({ app: part.app, events: watched(group, part, signal) })))
  const { apps, exit } = groupEnd(ends)
  const unknown = outcomesOf(group, parts).apps.filter(({ error }) => error !== undefined)
  return { apps: [...apps, ...unknown], exit: exitOfAll([exit, ...unknown.map(each => each.exit)]) }
}

/** How a group stands. What is not known has not failed. */
export function outcomesOf(group: Group, parts: readonly GroupPart[]): GroupEnd {
  return {
    exit: 'done',
    apps: parts.map(part => {
      if (part.is === 'known') {
        const { app, deployments, missing } = part
        const { label, place } = app
        return {
          app,
          label,
          place,
          group,
          missing,
          exit: 'done',
          deployments: deployments.map(({ record }) => record),
        }
      }
      const { label, place, error, members } = part
      const exit = exitOfRefusal(error) === 'interrupted' ? 'interrupted' : 'in_progress'
      return { label, place, group, error, exit, deployments: [], unknown: members }
    }),
  }
}

type WatchEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
  readonly missing: readonly string[]
}

async function* watched(
  group: Group,
  { app: { ports, observer }, deployments, missing }: KnownPart,
  signal: AbortSignal,
): AsyncGenerator<DeployEvent, WatchEnd, void> {
  yield { is: 'recorded', at: ports.clock.now(), group, deployments: deployments.map(({ record }) => record) }
  return { group, missing, ...(yield* watchDeployments(deployments, { ports, observer, signal })) }
}
