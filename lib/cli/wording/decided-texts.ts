import type { Deployment } from '../../deployment/deployment.ts'
import type { Instant, State } from '../../deployment/state.ts'
import { decisionText } from './decision-text.ts'
import { pauseIn } from './pause-in.ts'
import { pauseWords } from './pause-words.ts'

type Decided = { readonly at: Instant; readonly before: Deployment; readonly deployment: Deployment }

/** Who ended a pause, or that it is over, where the deployment goes on. That it turned back is told by the state that it entered. */
export function decidedTexts({ at, before, deployment }: Decided): string[] {
  const { decisions = [], state } = deployment
  const told = decisions.slice(before.decisions?.length ?? 0).map(decisionText)
  const pause = pauseIn(before.state)
  const isOver = pause !== undefined && pauseIn(state)?.hookId !== pause.hookId
  const isDecided = decisions.some(({ hookId }) => hookId === pause?.hookId)
  if (!isOver || isDecided || hasTurnedBack(state)) return told
  const { until, onTimeout } = pause
  const isTimedOut = onTimeout === 'continue' && until !== undefined && until <= at
  return [
    ...told,
    isTimedOut
      ? 'goes on by itself: nobody decided in time'
      : `goes on, no longer waiting ${pauseWords(pause, before)}`,
  ]
}

const turnedBack: ReadonlySet<State['is']> = new Set([
  'rolling_back',
  'rolled_back',
  'cancelling',
  'cancelled',
  'failed',
])

function hasTurnedBack({ is }: State): boolean {
  return turnedBack.has(is)
}
