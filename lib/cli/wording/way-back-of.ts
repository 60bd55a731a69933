import type { Deployment } from '../../deployment/deployment.ts'
import { commands } from './commands.ts'
import { isCancellable } from './is-cancellable.ts'

/** The command that turns deployments back that are in progress, and what it does; nothing where there is none. */
export function wayBackOf(
  open: readonly Deployment[],
): readonly (readonly [label: string, command: string])[] {
  const [first] = open
  if (first === undefined) return []
  // Over several apps it is all of them or none.
  if (open.some(({ app }) => app !== first.app)) {
    const group = { app: first.app, id: first.groupId }
    return open.every(isCancellable) ? [['cancel it', commands.cancelGroup(group)]] : []
  }
  const of = { app: first.app, id: open.length === 1 ? first.id : first.groupId }
  const isCancelled = open.some(isCancellable)
  const watched = open.filter(isWatched).map(({ process }) => process)
  return [
    ...(isCancelled ? [['cancel it', commands.cancelDeploy(of)] as const] : []),
    ...(watched.length > 0
      ? [['go back', commands.rollback({ app: first.app, processes: watched })] as const]
      : []),
  ]
}

/** ECS is through with it, and there is something to go back to. */
function isWatched({ state, previous }: Deployment): boolean {
  return state.is === 'watching' && previous?.id !== undefined
}
