import type { Deployment } from '../../deployment/deployment.ts'
import { commands } from './commands.ts'
import { listed } from './listed.ts'
import { processName } from './process-name.ts'
import { sentence } from './sentence.ts'

type Unknown = { readonly deployments: readonly Deployment[]; readonly reason: string }

/** Access was lost on the way: what became of these cannot be said, which is not to say that they failed. */
export function unknownText({ deployments, reason }: Unknown): string {
  const [first] = deployments
  const names = listed(deployments.map(deployment => processName(deployment, deployments)))
  const next =
    first === undefined
      ? ''
      : ` Once there is access again: ${commands.showDeploy({ app: first.app, id: deployments.length === 1 ? first.id : first.groupId })}`
  return `state unknown of ${names}: ${sentence(reason)} ECS goes on by itself.${next}`
}
