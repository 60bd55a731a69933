import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation, SeenServiceDeployment } from '../../deployment/observation.ts'
import type { Pause, Traffic, UnderWay } from '../../deployment/state.ts'
import { textWidth } from '../text/text-width.ts'
import { alarmsText } from '../wording/alarms-text.ts'
import { type Bake, bakeOf } from '../wording/bake-of.ts'
import { counted } from '../wording/counted.ts'
import { countsOf, targetsText, tasksText } from '../wording/counts-text.ts'
import { elapsed } from '../wording/elapsed.ts'
import { leftUntil } from '../wording/left-until.ts'
import { openPauseOf } from '../wording/open-pause-of.ts'
import { pauseCommands } from '../wording/pause-commands.ts'
import { pauseEndText } from '../wording/pause-end-text.ts'
import { pauseWords } from '../wording/pause-words.ts'
import { previousName } from '../wording/previous-name.ts'
import { restOf } from '../wording/rest-of.ts'
import { fittingTable } from './fitting-table.ts'
import { prose } from './prose.ts'
import { runnable } from './runnable.ts'
import type { View } from './view.ts'

type UnderWayOptions = {
  readonly view: View
  /** What was seen last. */
  readonly seen?: Observation
  /** Only what needs somebody: a pause, or an alarm. */
  readonly isBrief: boolean
}

const indent = 6

/** What stands under the row of a deployment that moves traffic: what needs somebody, old and new with their weights, how long it stays so, what to type. */
export function underWay(
  deployment: Deployment,
  { traffic }: UnderWay,
  { view, seen, isBrief }: UnderWayOptions,
): string[] {
  const ours = seen?.ours
  const alarms = ours === undefined ? { text: '', isRinging: false } : alarmsText(ours)
  const waiting = openPauseOf(deployment)
  const bake = ours === undefined || waiting !== undefined ? undefined : bakeOf(ours, traffic)
  const quiet = [
    ...(bake === undefined || ours === undefined ? [] : [baking(bake, ours, view)]),
    ...(alarms.text === '' || alarms.isRinging ? [] : [alarms.text]),
  ]
  return [
    ...(alarms.isRinging ? prose(view.paint('bad', alarms.text), { view, indent }) : []),
    ...(waiting === undefined
      ? []
      : prose(view.paint('warn', waitingText(waiting, deployment, view)), { view, indent })),
    ...(isBrief ? [] : revisions(deployment, traffic, { view, seen })),
    ...(isBrief || quiet.length === 0 ? [] : prose(view.paint('dim', quiet.join(' · ')), { view, indent })),
    ...(waiting === undefined ? [] : typing(deployment, view)),
  ]
}

function waitingText(pause: Pause, deployment: Deployment, { now }: View): string {
  const end = pauseEndText(pause, until => leftUntil(until, now))
  return `waiting ${pauseWords(pause, deployment)}${end === '' ? '' : `; ${end}`}`
}

type RevisionsOptions = Pick<UnderWayOptions, 'view' | 'seen'>

/** New and old, a row each. */
function revisions(
  deployment: Deployment,
  traffic: Traffic | undefined,
  { view, seen }: RevisionsOptions,
): string[] {
  const counts = countsOf(deployment, seen)
  const { ours } = seen ?? {}
  const { previous, dockerTag } = deployment
  const targets = targetsText(counts)
  const test = traffic === undefined || traffic.test === 0 ? '' : `test traffic ${traffic.test} %`
  const rows: Revision[] = [
    {
      age: 'new',
      name: dockerTag,
      weight: percent(traffic?.production),
      tasks: tasksText(counts),
      targets,
      test,
    },
  ]
  if (previous !== undefined) {
    rows.push({
      age: 'old',
      name: previousName(previous),
      weight: percent(traffic && restOf(traffic.production)),
      tasks: ours === undefined ? '' : counted(ours.sourceRunning, 'task'),
      targets: '',
      test: '',
    })
  }
  if (traffic === undefined && ours === undefined) return []
  return fittingTable(
    [
      rows.map(row => [row.age, row.name, row.weight, row.tasks, row.targets, row.test]),
      rows.map(row => [row.age, row.name, row.weight, row.tasks, short(row.targets), short(row.test)]),
      rows.map(row => [row.age, row.name, row.weight, short(row.targets) || row.tasks, short(row.test)]),
      rows.map(row => [row.age, row.name, row.weight, row.tasks, short(row.targets)]),
      rows.map(row => [row.age, row.name, row.weight, row.tasks]),
      rows.map(row => [row.age, row.weight, row.name]),
    ],
    { columns: view.columns, indent },
  )
}

type Revision = Readonly<Record<'age' | 'name' | 'weight' | 'tasks' | 'targets' | 'test', string>>

/** As wide as `100 %`, so that one stands below the other. */
function percent(share: number | undefined): string {
  return share === undefined ? '' : `${share} %`.padStart('100 %'.length)
}

function short(text: string): string {
  return text.replace(' targets', '').replace(' traffic', '')
}

/** `canary bakes 5:00, 4:12 left`. A minute of the sandbox is shorter than a minute: there the length alone is said. */
function baking({ of, minutes }: Bake, ours: SeenServiceDeployment, { now, isSandbox }: View): string {
  const length = minutes * 60_000
  const left = ours.stageSince === undefined ? 0 : ours.stageSince + length - now
  // A step may begin between two looks: then the time of the one before would go below nothing.
  const rest = isSandbox === true || left <= 0 ? '' : `, ${elapsed(left)} left`
  return `${of === 'all' ? '' : `${of} `}bakes ${elapsed(length)}${rest}`
}

/** Commands are there to be copied: where they are too long for the terminal they name the process, which is shorter, and then stand to the left. */
function typing(deployment: Deployment, view: View): string[] {
  const { app, process } = deployment
  const margin = ' '.repeat(indent)
  const shorter = runnables({ app, process }, view)
  const ways = [
    fittingTable([runnables(deployment, view)], { columns: Infinity, indent }),
    shorter.map(([label, command]) => `${margin}${label} ${command}`),
  ]
  const beneath = shorter.flatMap(([label, command]) => [margin + label, `  ${command}`])
  return ways.find(lines => lines.every(line => textWidth(line) <= view.columns)) ?? beneath
}

function runnables(
  of: Parameters<typeof pauseCommands>[0],
  view: View,
): readonly (readonly [label: string, command: string])[] {
  return pauseCommands(of).map(([label, command]) => [label, runnable(command, view)])
}
