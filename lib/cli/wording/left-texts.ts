import type { Deployment } from '../../deployment/deployment.ts'
import { buildStepOf } from '../../deployment/build-step-of.ts'
import { isSettled } from '../../deployment/projections.ts'
import { commands } from './commands.ts'
import { digestsOf } from './digests-of.ts'
import { followTexts } from './follow-texts.ts'
import { listed } from './listed.ts'
import { pauseEndText } from './pause-end-text.ts'
import { pauseIn } from './pause-in.ts'
import { pauseWords } from './pause-words.ts'
import { processName } from './process-name.ts'
import { timeOfDay } from './time-of-day.ts'

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
    const text = `${beginning(why)} The build of ${namesOf(stopped, all)} was stopped with this command, and nothing of it was deployed.`
    return deployments.length === 0 ? [text] : [text, ...goingOn(deployments, all)]
  }
  if (deployments.length === 0) return [`${beginning(why)} Nothing is in progress any more.`]
  const [first = '', ...others] = goingOn(deployments, all)
  return [`${beginning(why)} ${first}`, ...others]
}

/** What goes on in ECS without us, and how to follow it. */
function goingOn(deployments: readonly Deployment[], all: readonly Deployment[]): string[] {
  const held = deployments.filter(({ state }) => state.is === 'awaiting_approval')
  if (held.length === deployments.length) return heldTexts(held, all)
  const turning = deployments.filter(({ cancelRequested }) => cancelRequested !== undefined)
  const waiting = deployments.filter(each => !turning.includes(each) && pauseIn(each.state) !== undefined)
  const others = deployments.filter(each => !turning.includes(each) && !waiting.includes(each))
  return [
    ...(turning.length === 0 ? [] : [`ECS takes ${namesOf(turning, all)} back to what ran before.`]),
    ...(others.length === 0
      ? []
      : [`ECS goes on with ${namesOf(others, all)}, and rolls back what does not start.`]),
    ...waiting.flatMap(each => waitingTexts(each, all)),
    ...followTexts(deployments),
  ]
}

/** Nothing was asked of ECS yet: somebody has to say yes first. */
function heldTexts(held: readonly Deployment[], all: readonly Deployment[]): string[] {
  const [first] = held
  if (first === undefined) return []
  const of = { app: first.app, id: held.length === 1 ? first.id : first.groupId }
  const isMet = held.every(({ approval }) => approval?.met !== undefined)
  return [
    isMet
      ? `${namesOf(held, all)} ${held.length === 1 ? 'is' : 'are'} approved, and not started yet.`
      : `${namesOf(held, all)} ${held.length === 1 ? 'waits' : 'wait'} for an approval by somebody else: ${commands.approveDeploy({ ...of, digests: digestsOf(held) })}`,
    `${isMet ? 'Start it' : 'Then start it'}: ${commands.executeDeploy(of)}`,
  ]
}

/** It waits on, whoever looks: somebody has to say something, now or later. */
function waitingTexts(deployment: Deployment, all: readonly Deployment[]): string[] {
  const pause = pauseIn(deployment.state)
  if (pause === undefined) return []
  const end = pauseEndText(pause, until => `at ${timeOfDay(until)}`)
  return [
    `${namesOf([deployment], all)} waits ${pauseWords(pause, deployment)}${end === '' ? '' : `, ${end}`}. Let it go on: ${commands.continueDeploy(deployment)}`,
  ]
}

function namesOf(deployments: readonly Deployment[], all: readonly Deployment[]): string {
  return listed(deployments.map(deployment => processName(deployment, all)))
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
