import type { Deployment } from '../../deployment/deployment.ts'
import { commands } from './commands.ts'

/** How to see where deployments stand that nobody waits for any more, and how to cancel them. */
export function followTexts(deployments: readonly Deployment[]): string[] {
  const [first] = deployments
  if (first === undefined) return []
  if (deployments.some(({ app }) => app !== first.app)) {
    const group = { app: first.app, id: first.groupId }
    return [`Where it stands: ${commands.showGroup(group)}`, `Cancel it: ${commands.cancelGroup(group)}`]
  }
  const of = { app: first.app, id: deployments.length === 1 ? first.id : first.groupId }
  return [`Where it stands: ${commands.showDeploy(of)}`, `Cancel it: ${commands.cancelDeploy(of)}`]
}
