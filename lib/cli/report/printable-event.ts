import type { DeployEvent } from '../../actions/events.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { logText } from './log-text.ts'
import { logTexts } from './log-texts.ts'
import { printableData } from './printable-data.ts'
import { printablePlan } from './printable-plan.ts'

/** An event whose every text a terminal only shows. */
export function printableEvent(event: DeployEvent): DeployEvent {
  if (event.is === 'logs') {
    return { ...event, deployment: printableData(event.deployment), lines: logTexts(event.lines) }
  }
  // A build writes thousands of lines: all else of these events is known already.
  if (event.is === 'step_log')
    return { ...event, deployment: printableOf(event.deployment), message: logText(event.message) }
  if (event.is === 'planned') return { ...event, plan: printablePlan(event.plan) }
  return printableData(event)
}

const printables = new WeakMap<Deployment, Deployment>()

function printableOf(deployment: Deployment): Deployment {
  const known = printables.get(deployment) ?? printableData(deployment)
  printables.set(deployment, known)
  return known
}
