import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { countsOf, countsText } from './counts-text.ts'
import { pauseCommands } from './pause-commands.ts'
import { pauseEndText } from './pause-end-text.ts'
import { pauseIn } from './pause-in.ts'
import { pauseWords } from './pause-words.ts'
import { timeOfDay } from './time-of-day.ts'
import { trafficIn } from './traffic-in.ts'

type Waiting = { readonly deployment: Deployment; readonly at: number; readonly seen?: Observation }

/** That a deployment waits for somebody's word, how it stands meanwhile, and what to type; nothing where it does not wait. */
export function pauseTexts({ deployment, at, seen }: Waiting): string[] {
  const pause = pauseIn(deployment.state)
  if (pause === undefined) return []
  const end = pauseEndText(pause, until => `at ${timeOfDay(until, at)}`)
  const stands = [countsText(countsOf(deployment, seen)), ...trafficTexts(deployment)].filter(
    text => text !== '',
  )
  return [
    `waiting ${pauseWords(pause, deployment)}${stands.length === 0 ? '' : `: ${stands.join(', ')}`}${end === '' ? '' : `; ${end}`}`,
    ...pauseCommands(deployment).map(([label, command]) => `to ${label} ${command}`),
  ]
}

function trafficTexts({ state }: Deployment): string[] {
  const traffic = trafficIn(state)
  if (traffic === undefined) return []
  const { production, test } = traffic
  return [`${production} % production traffic`, ...(test === 0 ? [] : [`test traffic ${test} %`])]
}
