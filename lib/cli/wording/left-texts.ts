import type { Deployment } from '../../deployment/deployment.ts'
import { buildStepOf } from '../../deployment/build-step-of.ts'
import { isSettled } from '../../deployment/projections.ts'
import { followTexts } from './follow-texts.ts'
import { listed } from './listed.ts'
import { processName } from './process-name.ts'

type Left = {
  readonly why: 'asked' | 'time_over' | 'interrupted'
  readonly deployments: readonly Deployment[]
}

/** Why nothing is waited for any longer, what goes on, and how to follow or cancel it. */
export function leftTexts({ why, deployments: all }: Left): string[] {
  const deployments = all.filter(({ state }) => !isSettled(state))
  const stopped =
    why === 'asked' ? [] : all.filter(each => each.state.is === 'cancelled' && buildStepOf(each))
  if (stopped.length > 0) {
    const names = listed(stopped.map(deployment => processName(deployment, all)))
    const text = `${beginning(why)} The build of ${names} was stopped with this command, and nothing of it was deployed.`
    return deployments.length === 0 ? [text] : [text, ...goingOn(deployments, all)]
  }
  if (deployments.length === 0) return [`${beginning(why)} Nothing is in progress any more.`]
  const [first = '', ...others] = goingOn(deployments, all)
  return [`${beginning(why)} ${first}`, ...others]
}

/** What goes on in ECS without us, and how to follow it. */
function goingOn(deployments: readonly Deployment[], all: readonly Deployment[]): string[] {
  const names = listed(deployments.map(deployment => processName(deployment, all)))
  if (deployments.every(({ cancelRequested }) => cancelRequested !== undefined)) {
    return [`ECS takes ${names} back to what ran before.`, ...followTexts(deployments).slice(0, 1)]
  }
  return [`ECS goes on with ${names}, and rolls back what does not start.`, ...followTexts(deployments)]
}

function beginning(why: Left['why']): string {
  switch (why) {
    case 'asked':
      return 'Not waiting for the end (--wait does).'
    case 'time_over':
      return 'The time given (--timeout) is over.'
    case 'interrupted':
      return 'Interrupted.'
  }
}
