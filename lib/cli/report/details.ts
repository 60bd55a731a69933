import type { EvidenceLines } from '../../actions/events.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Evidence, Failure } from '../../deployment/failure.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { State } from '../../deployment/state.ts'
import { truncate } from '../text/truncate.ts'
import { deniedText, waitsForText } from '../wording/approval-texts.ts'
import { adviceText } from '../wording/advice-text.ts'
import { callerName } from '../wording/caller-name.ts'
import { cancellationText } from '../wording/cancellation-text.ts'
import { elapsed } from '../wording/elapsed.ts'
import { failureText } from '../wording/failure-text.ts'
import { previousName } from '../wording/previous-name.ts'
import { restoredText } from '../wording/restored-text.ts'
import { sentence } from '../wording/sentence.ts'
import { stopText } from '../wording/stop-text.ts'
import { timeOfDay } from '../wording/time-of-day.ts'
import type { Doing } from './board.ts'
import { prose } from './prose.ts'
import { underWay } from './under-way.ts'
import type { View } from './view.ts'

type DetailsOptions = {
  readonly view: View
  /** Lines of the log as they are to be drawn (logText). */
  readonly lines?: EvidenceLines
  /** What its build does now. */
  readonly doing?: Doing
  /** How many lines of the log at most, the last ones. */
  readonly logLines: number
  /** What was seen last. */
  readonly seen?: Observation
  /**
   * Of what goes well, only what somebody has to decide.
   * @default false
   */
  readonly isBrief?: boolean
}

const indent = 6

/** What stands under the row of a deployment: what went wrong, why and what now, in that order; or where its traffic is. */
export function details(
  deployment: Deployment,
  { view, lines = [], doing, logLines, seen, isBrief = false }: DetailsOptions,
): string[] {
  const { state } = deployment
  const told = (text: string) => wrapped(text, view)
  switch (state.is) {
    case 'rolling_back':
    case 'rolled_back':
    case 'failed':
      return [
        ...told(view.paint('bad', failureText(state.failure, deployment))),
        ...evidence(state.failure, view),
        ...logged(lines, { view, logLines }),
        ...told(whatNow(state, deployment)),
      ]
    case 'cancelling':
    case 'cancelled':
      return told(sentence(cancellationText(state.cancellation)))
    case 'awaiting_approval':
      return told(sentence(waitsForText(deployment, state, view.now)))
    case 'denied':
      return told(view.paint('bad', sentence(deniedText(state))))
    case 'preparing':
      return [...building(deployment, doing, view), ...wish(deployment, view)]
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining': {
      const hasMore = state.pause !== undefined || movesTraffic(deployment)
      return [
        ...judged(deployment, view),
        ...wish(deployment, view),
        ...(hasMore ? underWay(deployment, state, { view, seen, isBrief }) : []),
      ]
    }
    case 'watching':
      return [...judged(deployment, view), ...wish(deployment, view)]
    case 'stopping':
    case 'stopped':
      return deployment.stop === undefined ? [] : told(stopText(deployment.stop, view.now))
    case 'live':
      return []
  }
}

/** Before its tasks run there is nothing to compare; with `rolling` ECS moves no traffic. */
function movesTraffic({ strategy, state }: Deployment): boolean {
  return strategy !== 'rolling' && state.is !== 'starting'
}

type NotWell = State & { readonly is: 'rolling_back' | 'rolled_back' | 'failed' }

function whatNow(state: NotWell, deployment: Deployment): string {
  const advice = adviceText(state.failure, deployment)
  switch (state.is) {
    case 'rolling_back':
      return `Rolling back to ${deployment.previous === undefined ? 'what ran before' : previousName(deployment.previous)}. ${advice}`
    case 'rolled_back':
      return `${restoredText(deployment, state.restored)} ${advice}`
    case 'failed':
      return advice
  }
}

/** The first task or target that shows it; the others show the same. */
function evidence({ evidence: [first] }: Failure, { paint, columns, now }: View): string[] {
  const parts = first === undefined ? [] : evidenceParts(first, now)
  if (parts.length === 0) return []
  return [paint('dim', truncate(`${' '.repeat(indent)}${parts.join('  ')}`, columns))]
}

function evidenceParts({ taskId, target, stopCode, at }: Evidence, now: number): string[] {
  return [
    ...(taskId === undefined ? [] : [`task ${taskId.slice(0, 8)}`]),
    ...(target === undefined
      ? []
      : [`target ${target.id} ${target.state}${target.reason === undefined ? '' : ` (${target.reason})`}`]),
    ...(stopCode === undefined ? [] : [stopCode]),
    ...(at === undefined ? [] : [timeOfDay(at, now)]),
  ]
}

/** The log of the first task that left one. */
function logged(lines: EvidenceLines, { view, logLines }: { view: View; logLines: number }): string[] {
  const first = lines.find(each => each.lines.length > 0)
  if (first === undefined || logLines === 0) return []
  return first.lines
    .slice(-logLines)
    .map(line => truncate(`${' '.repeat(indent + 2)}${view.paint('dim', '|')} ${line}`, view.columns))
}

/** What BuildKit does now, and for how long. */
function building(deployment: Deployment, doing: Doing | undefined, { paint, columns, now }: View): string[] {
  if (doing === undefined || deployment.state.is !== 'preparing') return []
  const time = elapsed(now - doing.since)
  const room = columns - indent - 2 - time.length
  return [paint('dim', `${' '.repeat(indent)}${truncate(doing.what, room)}  ${time}`)]
}

/** tapit has given its verdict, and ECS has not turned back yet. */
function judged(deployment: Deployment, view: View): string[] {
  if (deployment.judged === undefined) return []
  return wrapped(
    `${view.paint('bad', failureText(deployment.judged, deployment))} Asking ECS to roll back.`,
    view,
  )
}

function wish({ cancelRequested }: Deployment, view: View): string[] {
  if (cancelRequested === undefined) return []
  const { by, reason } = cancelRequested
  return wrapped(`${callerName(by)} asked to cancel it${reason === undefined ? '' : `: ${reason}`}`, view)
}

function wrapped(text: string, view: View): string[] {
  return prose(text, { view, indent })
}
