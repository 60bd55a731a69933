import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { Pointer } from '../../records/pointer.ts'
import { type Counts, countsOf, targetsText, tasksText } from '../wording/counts-text.ts'
import { durationOf } from '../wording/duration-of.ts'
import { elapsed } from '../wording/elapsed.ts'
import { previousName } from '../wording/previous-name.ts'
import { type NamedProcess, processName } from '../wording/process-name.ts'
import { stageWords } from '../wording/stage-words.ts'
import { strategyLabel } from '../wording/strategy-label.ts'
import { toneOf } from '../wording/tone-of.ts'
import { fittingTable } from './fitting-table.ts'
import { isReplaced } from './is-replaced.ts'
import { marks } from './marks.ts'
import type { View } from './view.ts'

/** A deployment with what was seen of it last. */
export type Shown = { readonly deployment: Deployment; readonly seen?: Observation }

type RowsOptions = {
  readonly view: View
  /** @default - nothing is known of what is active: what went live is called active */
  readonly pointers?: readonly Pointer[]
  /** All that belong together, where only some are drawn. */
  readonly among?: readonly NamedProcess[]
}

/** One line per deployment: mark, process, stage, tasks, targets, strategy, time. Narrow terminals get the columns that matter. */
export function deploymentRows(shown: readonly Shown[], { view, pointers, among }: RowsOptions): string[] {
  const all = among ?? shown.map(({ deployment }) => deployment)
  const cells = shown.map(each => cellsOf(each, { view, pointers, among: all }))
  // Marks are set before the table: in plain ASCII its cells are measured many times faster, and this is drawn again and again.
  return fittingTable(
    [
      cells.map(({ name, stage, tasks, targets, strategy, time }) => [
        name,
        stage,
        tasks,
        targets,
        strategy,
        time,
      ]),
      cells.map(({ name, stage, tasks, targets, time }) => [name, stage, tasks, targets, time]),
      cells.map(({ name, stage, tasks, targets, time }) => [name, stage, tasks, short(targets), time]),
      cells.map(({ name, stage, tasks, targets, time }) => [name, stage, short(targets) || tasks, time]),
      cells.map(({ name, stage, time }) => [name, stage, time]),
      cells.map(({ name, stage }) => [name, stage]),
    ],
    { columns: view.columns - 4, indent: 0 },
  ).map((row, index) => `  ${cells[index]?.mark ?? ' '} ${row}`)
}

type CellsOptions = RowsOptions & { readonly among: readonly NamedProcess[] }

function cellsOf({ deployment, seen }: Shown, { view, pointers, among }: CellsOptions) {
  const { paint, now } = view
  const isOld = isReplaced(deployment, pointers)
  const { mark, look } = isOld ? ({ mark: '·', look: 'dim' } as const) : marks[toneOf(deployment.state)]
  const counts = countsOf(deployment, seen)
  return {
    mark: paint(look, mark),
    name: paint('strong', processName(deployment, among)),
    stage: paint(look, isOld ? 'was active' : stageWords(deployment.state)),
    tasks: tasksText(counts) || restingOn(deployment, counts),
    targets: targetsText(counts),
    strategy: paint('dim', strategyLabel(deployment)),
    time: elapsed(durationOf(deployment, now)),
  }
}

/** Where a rollback went, when nothing was counted. */
function restingOn({ state, previous }: Deployment, { tasks }: Counts): string {
  if (tasks !== undefined || state.is !== 'rolled_back' || previous === undefined) return ''
  return state.restored.asBefore ? `on ${previousName(previous)}` : ''
}

function short(targets: string): string {
  return targets.replace(' targets', '')
}
