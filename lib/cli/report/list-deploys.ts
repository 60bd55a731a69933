import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import type { Instant } from '../../deployment/state.ts'
import type { Pointer } from '../../records/pointer.ts'
import { textWidth } from '../text/text-width.ts'
import { truncate } from '../text/truncate.ts'
import { wrap } from '../text/wrap.ts'
import { age } from '../wording/age.ts'
import { durationOf } from '../wording/duration-of.ts'
import { elapsed } from '../wording/elapsed.ts'
import { pauseIn } from '../wording/pause-in.ts'
import { pauseWords } from '../wording/pause-words.ts'
import { processName } from '../wording/process-name.ts'
import { stageWords } from '../wording/stage-words.ts'
import { toneOf } from '../wording/tone-of.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { isReplaced } from './is-replaced.ts'
import { marks } from './marks.ts'
import { printableData } from './printable-data.ts'
import { readable } from './readable.ts'
import type { View } from './view.ts'

export type ListDeploys = {
  readonly deployments: readonly Deployment[]
  /** Without them, everything that went live is called active. */
  readonly pointers?: readonly Pointer[]
  /** Where the list goes on. */
  readonly next?: string
}

/** The history, newest first: a line each, or two where the terminal is narrow, since an id must be copyable. */
export function listDeploys(document: ListDeploys, view: View): string[] {
  const { deployments, pointers, next } = printableData(document)
  if (deployments.length === 0 && next === undefined) return ['No deployments.']
  const rows = deployments.map(deployment => rowOf(deployment, { view, pointers, among: deployments }))
  const none = deployments.length === 0 ? ['No such deployments among the newest.'] : []
  const more =
    next === undefined
      ? []
      : wrap(`There are more: next_token=${next}`, {
          columns: Math.min(view.columns, readable),
          indent: 2,
        }).split('\n')
  return finished([...none, ...lines(rows, view), ...more], view)
}

function lines(rows: readonly Row[], view: View): string[] {
  const whole = fittingTable(
    [
      rows.map(({ id, name, tag, stage, when, time, by, why }) => [
        name,
        tag,
        stage,
        when,
        time,
        by,
        id,
        why,
      ]),
    ],
    { columns: Infinity, indent: 0 },
  )
  if (whole.every(line => textWidth(line) <= Math.min(view.columns, widest))) return whole
  const first = fittingTable(
    [
      rows.map(({ name, tag, stage, when, time, by }) => [name, tag, stage, when, time, by]),
      rows.map(({ name, tag, stage, when, time }) => [name, tag, stage, when, time]),
      rows.map(({ name, tag, stage, when }) => [name, tag, stage, when]),
    ],
    { columns: view.columns, indent: 0 },
  )
  return rows.flatMap(({ id, why }, index) => [first[index] ?? '', ...beneath(id, why, view)])
}

/** Beyond this the eye loses the line. */
const widest = 150

function beneath(id: string, why: string, { columns }: View): string[] {
  const line = `    ${id}${why === '' ? '' : `  ${why}`}`
  return textWidth(line) <= columns ? [line] : [`    ${id}`, truncate(`    ${why}`, columns)]
}

type Row = Readonly<Record<'id' | 'name' | 'tag' | 'stage' | 'when' | 'time' | 'by' | 'why', string>>
type RowOptions = {
  readonly view: View
  readonly pointers: readonly Pointer[] | undefined
  readonly among: readonly Deployment[]
}

function rowOf(deployment: Deployment, { view: { paint, now }, pointers, among }: RowOptions): Row {
  const { id, dockerTag, state, createdAt, initiator } = deployment
  const isOld = isReplaced(deployment, pointers)
  const { mark, look } = isOld ? ({ mark: '·', look: 'dim' } as const) : marks[toneOf(state)]
  return {
    id: paint('dim', id),
    name: `${paint(look, mark)} ${paint('strong', processName(deployment, among))}`,
    tag: dockerTag,
    stage: paint(look, isOld ? 'was active' : stageWords(state)),
    when: ago(createdAt, now),
    time: elapsed(durationOf(deployment, now)) + (isSettled(state) ? '' : ' so far'),
    by: initiator === undefined ? '' : `by ${initiator}`,
    why: whyOf(deployment),
  }
}

/** What the stage does not say: why it failed, what it waits for, which strategy it has by name. */
function whyOf(deployment: Deployment): string {
  const { state, strategyName = '' } = deployment
  if (state.is === 'rolled_back' || state.is === 'failed') return state.failure.code
  const pause = pauseIn(state)
  return pause === undefined ? strategyName : pauseWords(pause, deployment)
}

function ago(at: Instant, now: Instant): string {
  return `${age(now - at)} ago`
}
