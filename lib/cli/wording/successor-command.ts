import type { Deployment } from '../../deployment/deployment.ts'
import { commands } from './commands.ts'

/** Shows what took over from a superseded deployment: by its id where that is known, else among the process's newest. */
export function successorCommand({ app, process, state }: Deployment): string {
  const id = state.is === 'cancelled' ? state.cancellation.successor : undefined
  return id?.startsWith('dep_') === true
    ? commands.showDeploy({ app, id })
    : commands.listDeploys({ app, process })
}
