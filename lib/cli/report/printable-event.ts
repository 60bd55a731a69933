import type { DeployEvent } from '../../actions/events.ts'
import { logTexts } from './log-texts.ts'
import { printableData } from './printable-data.ts'
import { printablePlan } from './printable-plan.ts'

/** An event whose every text a terminal only shows. */
export function printableEvent(event: DeployEvent): DeployEvent {
  if (event.is === 'logs') {
    return { ...event, deployment: printableData(event.deployment), lines: logTexts(event.lines) }
  }
  if (event.is === 'planned') return { ...event, plan: printablePlan(event.plan) }
  return printableData(event)
}
