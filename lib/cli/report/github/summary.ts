import type { EvidenceLines } from '../../../actions/events.ts'
import type { Deployment } from '../../../deployment/deployment.ts'
import { failureOf } from '../../../deployment/projections.ts'
import type { ExitName } from '../../../names/refusal.ts'
import { exitCodes } from '../../../names/refusal.ts'
import { printable } from '../../text/printable.ts'
import { truncate } from '../../text/truncate.ts'
import { adviceText } from '../../wording/advice-text.ts'
import { durationOf } from '../../wording/duration-of.ts'
import { failureText } from '../../wording/failure-text.ts'
import { processName } from '../../wording/process-name.ts'
import { stageWords } from '../../wording/stage-words.ts'
import { toneOf } from '../../wording/tone-of.ts'
import { took } from '../../wording/took.ts'
import { logText } from '../log-text.ts'
import { marks } from '../marks.ts'
import { outcome } from '../outcome.ts'
import type { View } from '../view.ts'
import { markup, markupBlock, markupLink } from './markup.ts'

export type Summary = {
  readonly deployments: readonly Deployment[]
  readonly exit: ExitName
  /** By the deployment's id. */
  readonly evidenceLines: ReadonlyMap<string, EvidenceLines>
  readonly now: number
  readonly isSandbox?: boolean
}

/** GitHub takes 1 MiB for a step, and drops the whole of what is longer. */
const mostBytes = 1_000_000
const logLines = 20
const logColumns = 300

/** How a deploy ended, for the page of the job: a row for each process, what went wrong, and what to type next. */
export function summary(ended: Summary): string {
  const whole = text(ended, logLines)
  return Buffer.byteLength(whole) <= mostBytes ? whole : text(ended, 0)
}

function text(ended: Summary, linesShown: number): string {
  const { deployments, exit, now, isSandbox = false } = ended
  const view: View = { columns: Infinity, paint: (_look, word) => word, isAscii: false, now, isSandbox }
  const [sentence = '', ...next] = outcome({ deployments, exit: exitCodes[exit] }, view)
  return `${[
    `### ${markup(sentence.replace(/ +exit \d+$/, ''))}`,
    ...(left[exit] === undefined ? [] : [left[exit]]),
    table(deployments, now),
    ...deployments.flatMap(deployment => diagnosis(deployment, ended, linesShown)),
    ...(next.length === 0 ? [] : [markupBlock(next)]),
  ].join('\n\n')}\n\n`
}

/** Nobody waits any longer, and it goes on. */
const left: Partial<Readonly<Record<ExitName, string>>> = {
  interrupted: 'Interrupted. ECS goes on with what is under way; nothing was cancelled.',
  in_progress: 'The time given was over. ECS goes on with what is under way; nothing was cancelled.',
}

function table(deployments: readonly Deployment[], now: number): string {
  const rows = deployments.map(deployment => {
    const { dockerTag, state, url } = deployment
    return [
      `${marks[toneOf(state)].mark} ${markup(processName(deployment, deployments))}`,
      markup(stageWords(state)),
      markup(dockerTag),
      took(durationOf(deployment, now)),
      url === undefined ? '' : markupLink(url),
    ]
  })
  return [['process', 'stage', 'tag', 'time', 'address'], ['---', '---', '---', '---:', '---'], ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function diagnosis(
  deployment: Deployment,
  { deployments, evidenceLines }: Summary,
  linesShown: number,
): string[] {
  const failure = failureOf(deployment.state)
  if (failure === undefined) return []
  const lines = (evidenceLines.get(deployment.id) ?? []).find(each => each.lines.length > 0)?.lines ?? []
  const shown = linesShown === 0 ? [] : lines.slice(-linesShown)
  return [
    `**${markup(processName(deployment, deployments))}** ${markup(failureText(failure, deployment))}`,
    ...(shown.length === 0 ? [] : [markupBlock(shown.map(line => truncate(logText(line), logColumns)))]),
    markup(printable(adviceText(failure, deployment))),
  ]
}
