import type { Deployment } from '../../deployment/deployment.ts'
import { commands } from './commands.ts'
import { wayBackOf } from './way-back-of.ts'

/** How to see where deployments stand that nobody waits for any more, and how to turn them back. */
export function followTexts(deployments: readonly Deployment[]): string[] {
  const [first] = deployments
  if (first === undefined) return []
  const isOverApps = deployments.some(({ app }) => app !== first.app)
  const of = { app: first.app, id: deployments.length === 1 ? first.id : first.groupId }
  return [
    `Where it stands: ${isOverApps ? commands.showGroup(of) : commands.showDeploy(of)}`,
    ...wayBackOf(deployments).map(
      ([label, command]) => `${label[0]?.toUpperCase()}${label.slice(1)}: ${command}`,
    ),
  ]
}
