import type { SeenTarget } from './observation.ts'

/** The targets of each task: one for every target group that it is registered in. */
export function targetsByTask(targets: readonly SeenTarget[]): readonly (readonly SeenTarget[])[] {
  const byTask = new Map<string, readonly SeenTarget[]>()
  for (const target of targets) {
    const key = target.taskId ?? target.id
    byTask.set(key, [...(byTask.get(key) ?? []), target])
  }
  return [...byTask.values()]
}

/** How many tasks the load balancer calls healthy: somewhere, and nowhere the opposite. A group that no listener uses says nothing. */
export function healthyTaskCount(targets: readonly SeenTarget[]): number {
  return targetsByTask(targets).filter(
    each => each.some(({ state }) => state === 'healthy') && !each.some(isNotHealthyYet),
  ).length
}

export function isNotHealthyYet({ state }: SeenTarget): boolean {
  return state === 'initial' || state === 'unhealthy'
}
