import type { Deployment } from '../../deployment/deployment.ts'
import { commands } from './commands.ts'

/** Shows what took over from a superseded deployment: by its id where that is known; no record has what somebody else deployed, but `status` sees it run. */
export function successorCommand({ app, process, state }: Deployment): string {
  const id = state.is === 'cancelled' ? state.cancellation.successor : undefined
  if (id?.startsWith('dep_') === true) return commands.showDeploy({ app, id })
  return id === undefined ? commands.listDeploys({ app, process }) : commands.status({ app })
}
