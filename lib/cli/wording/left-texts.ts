import type { Deployment } from '../../deployment/deployment.ts'
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
  if (deployments.length === 0) return [`${beginning(why)} Nothing is in progress any more.`]
  const names = listed(deployments.map(deployment => processName(deployment, all)))
  if (deployments.every(({ cancelRequested }) => cancelRequested !== undefined)) {
    return [
      `${beginning(why)} ECS takes ${names} back to what ran before.`,
      ...followTexts(deployments).slice(0, 1),
    ]
  }
  return [
    `${beginning(why)} ECS goes on with ${names}, and rolls back what does not start.`,
    ...followTexts(deployments),
  ]
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
