import type { Deployment } from '../../deployment/deployment.ts'
import { commands } from './commands.ts'
import { listed } from './listed.ts'
import { processName } from './process-name.ts'
import { sentence } from './sentence.ts'

type Unknown = { readonly deployments: readonly Deployment[]; readonly reason: string }

/** Access was lost on the way: what became of these cannot be said, which is not to say that they failed. */
export function unknownTexts({ deployments, reason }: Unknown): string[] {
  const [first] = deployments
  const names = listed(deployments.map(deployment => processName(deployment, deployments)))
  const what = `state unknown of ${names}: ${sentence(reason)} ECS goes on by itself.`
  if (first === undefined) return [what]
  const of = { app: first.app, id: deployments.length === 1 ? first.id : first.groupId }
  return [what, `Once there is access again: ${commands.showDeploy(of)}`]
}
