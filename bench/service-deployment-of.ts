import type { ServiceDeploymentRecord } from '../lib/sandbox/ecs/state.ts'
import type { World } from '../lib/sandbox/world.ts'

/** The newest service deployment of a process, as ECS itself knows it. */
export function serviceDeploymentOf({ state }: World, process: string): ServiceDeploymentRecord {
  const [newest] = Object.values(state.ecs.serviceDeployments)
    .filter(({ serviceArn }) => serviceArn.endsWith(`/${process}`))
    .toSorted((a, b) => b.createdAt - a.createdAt)
  if (newest === undefined) throw new Error(`${process} has no service deployment`)
  return newest
}
