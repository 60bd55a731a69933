import type { Deployment } from '../../deployment/deployment.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { previousName } from './previous-name.ts'
import { progressWords } from './progress-words.ts'
import { stageWords } from './stage-words.ts'

/** What a process runs as a deployment leaves it: `is on v1.2.3`. */
export type Stands = { readonly one: string; readonly many: string }

export function standsText(deployment: Deployment): Stands {
  const { state, dockerTag, previous } = deployment
  switch (state.is) {
    case 'live':
      return on(dockerTag)
    case 'rolled_back':
      if (state.restored.asBefore && previous !== undefined) return on(previousName(previous))
      return on(`${revisionName(state.restored.taskDefinition)}, not on what ran before`)
    case 'cancelled':
      if (state.cancellation.code === 'superseded')
        return both('belongs to a newer deployment', 'belong to a newer deployment')
      return previous === undefined
        ? both('was never deployed', 'were never deployed')
        : on(previousName(previous))
    case 'failed':
      if (state.ecs !== undefined) return both('may not serve', 'may not serve')
      return previous === undefined
        ? both('was never deployed', 'were never deployed')
        : both(`is still on ${previousName(previous)}`, `are still on ${previousName(previous)}`)
    case 'denied':
      return previous === undefined
        ? both('was never deployed', 'were never deployed')
        : both(`stays on ${previousName(previous)}`, `stay on ${previousName(previous)}`)
    case 'stopped':
      return both('is stopped', 'are stopped')
    case 'awaiting_approval':
    case 'preparing':
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
    case 'watching':
    case 'rolling_back':
    case 'cancelling':
    case 'stopping': {
      const [one, many] = [false, true].map(
        ofMany => progressWords(deployment, { ofMany }) ?? stageWords(state),
      )
      return both(`is ${one}`, `are ${many}`)
    }
  }
}

function on(what: string): Stands {
  return both(`is on ${what}`, `are on ${what}`)
}

function both(one: string, many: string): Stands {
  return { one, many }
}
