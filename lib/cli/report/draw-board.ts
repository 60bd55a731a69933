import { buildStepOf } from '../../deployment/build-step-of.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import { truncate } from '../text/truncate.ts'
import { wrap } from '../text/wrap.ts'
import { grouped } from '../wording/grouped.ts'
import { stageWords } from '../wording/stage-words.ts'
import { type Tone, toneOf } from '../wording/tone-of.ts'
import { amongApps } from './among-apps.ts'
import type { Board } from './board.ts'
import { buildersOf } from './builders-of.ts'
import { deploymentRows } from './deployment-rows.ts'
import { details } from './details.ts'
import { finished } from './finished.ts'
import { header } from './header.ts'
import { planHeader } from './plan-header.ts'
import { prose } from './prose.ts'
import { readable } from './readable.ts'
import type { View } from './view.ts'

/** The live screen. With `height`, it fits a terminal of so many lines: the rows that need the eye come first then. */
export function drawBoard(
  board: Board,
  view: View,
  { height = Infinity }: { height?: number } = {},
): string[] {
  const above = [...top(board, view), ...notices(board, view)]
  const below = bottom(board, view)
  const room = height - above.length - below.length
  const lines = [...above, ...rows(board, view, Math.max(3, room)), ...below]
  return finished(
    height === Infinity ? lines : lines.slice(0, height).map(line => truncate(line, view.columns)),
    view,
  )
}

function top({ shown, group, plan }: Board, view: View): string[] {
  if (shown.length > 0) {
    const pushed = plan?.processes.flatMap(each => (each.is === 'planned' ? (each.pushedAt ?? []) : [])) ?? []
    return [
      ...header({
        deployments: shown.map(({ deployment }) => deployment),
        view,
        ...(group !== undefined && { group }),
        ...(pushed.length > 0 && { pushedAt: Math.max(...pushed) }),
      }),
      '',
    ]
  }
  return plan === undefined ? [] : [...planHeader(plan, view), '']
}

function notices({ notices, waiting }: Board, view: View): string[] {
  const texts = [
    ...notices.map(text => `${view.paint('warn', '!')} ${text}`),
    ...[...waiting].map(([process, text]) => `${view.paint('dim', '○')} ${process}: ${text}`),
  ]
  const lines = texts.flatMap(text =>
    wrap(text, { columns: Math.min(view.columns, readable), indent: 2, hanging: 4 }).split('\n'),
  )
  return lines.length === 0 ? [] : [...lines, '']
}

function bottom({ closing, slowed, isOver, shown, pruned, doing }: Board, view: View): string[] {
  if (closing !== undefined) return ['', ...closing.flatMap(text => prose(text, { view }))]
  if (isOver || shown.every(({ deployment }) => isSettled(deployment.state)))
    return pruned.flatMap(text => prose(text, { view, indent: 2 }).map(line => view.paint('dim', line)))
  const isSlow = slowed !== undefined && slowed.until > view.now
  const text = isSlow
    ? slowed.text
    : hint(
        shown.map(({ deployment }) => deployment),
        doing,
      )
  return ['', view.paint('dim', truncate(`  ${text}`, view.columns))]
}

/** What Ctrl-C does now. */
function hint(deployments: readonly Deployment[], doing: Board['doing']): string {
  const open = deployments.filter(({ state }) => !isSettled(state))
  const building = open.filter(each => buildStepOf(each) !== undefined)
  const isReleasing = open.some(
    each => each.state.is === 'preparing' && !building.includes(each) && doing.has(each.id),
  )
  if (isReleasing) return 'Ctrl-C stops the release command; nothing is deployed then.'
  if (building.length === 0) return 'Ctrl-C stops watching; the deployments go on in ECS.'
  return building.length === open.length
    ? 'Ctrl-C stops the build; nothing of it is deployed then.'
    : 'Ctrl-C stops what is being built; the other deployments go on in ECS.'
}

type Amount = {
  readonly logLines: number
  readonly only?: number
  readonly isBrief?: boolean
}

type Block = { readonly deployment: Deployment; readonly lines: readonly string[] }

const fullest: Amount = { logLines: 5 }

/** Ever less under each row, until all that is in trouble fits. */
const amounts: readonly Amount[] = [
  { logLines: 5, isBrief: true },
  { logLines: 2, isBrief: true },
  { logLines: 0, isBrief: true },
  { logLines: 0, only: 1, isBrief: true },
  { logLines: 0, only: 0 },
]

function rows(board: Board, view: View, room: number): string[] {
  const whole = [room === Infinity ? { logLines: 10 } : fullest, ...amounts.slice(0, 1)]
    .map(amount => blocks(board, view, amount))
    .find(those => height(those) <= room)
  if (whole !== undefined) return whole.flatMap(({ lines }) => lines)
  const urgent = board.shown.toSorted((a, b) => need(a.deployment) - need(b.deployment))
  const inTrouble = urgent.filter(({ deployment }) => need(deployment) <= trouble).length
  const fitting = amounts
    .map(amount => blocks({ ...board, shown: urgent }, view, amount))
    .find(those => height(those.slice(0, Math.max(1, inTrouble))) <= room - 1)
  return clipped(fitting ?? blocks({ ...board, shown: urgent }, view, { logLines: 0, only: 0 }), room)
}

function blocks(
  { shown, logs, doing, apps }: Board,
  view: View,
  { logLines, only = Infinity, isBrief = false }: Amount,
): Block[] {
  const among = amongApps(
    shown.map(({ deployment }) => deployment),
    apps,
  )
  const lines = deploymentRows(shown, { view, among })
  const builder = buildersOf(shown.map(({ deployment }) => deployment))
  // Of several that share a build one; of the release command the one that it runs with, which alone hears of it.
  const tellsWhatItDoes = (deployment: Deployment): boolean =>
    buildStepOf(deployment) === undefined || builder(deployment) === deployment
  return shown.map(({ deployment, seen }, index) => ({
    deployment,
    lines: [
      lines[index] ?? '',
      ...details(deployment, {
        view,
        logLines,
        seen,
        isBrief,
        lines: logs.get(deployment.id) ?? [],
        ...(tellsWhatItDoes(deployment) && { doing: doing.get(deployment.id) }),
      }).slice(0, only),
    ],
  }))
}

/** As many as fit, and how many more there are. */
function clipped(those: readonly Block[], room: number): string[] {
  if (height(those) <= room) return those.flatMap(({ lines }) => lines)
  const drawn: string[] = []
  const left = [...those]
  for (const block of those) {
    if (drawn.length + block.lines.length > room - 1) break
    drawn.push(...block.lines)
    left.shift()
  }
  return [...drawn, `  … ${more(left.map(({ deployment }) => deployment))}`]
}

/** `47 more active`, `47 more: 40 active, 7 draining previous`. */
function more(deployments: readonly Deployment[]): string {
  const counts = [...grouped(deployments, ({ state }) => stageWords(state))]
  const [only] = counts
  if (only !== undefined && counts.length === 1) return `${deployments.length} more ${only[0]}`
  return `${deployments.length} more: ${counts.map(([words, those]) => `${those.length} ${words}`).join(', ')}`
}

function height(those: readonly Block[]): number {
  return those.reduce((sum, { lines }) => sum + lines.length, 0)
}

const order: readonly Tone[] = ['failed', 'cancelled', 'asking', 'in_progress', 'waiting', 'active']
const trouble = order.indexOf('asking')

/** The lower, the sooner somebody must look. A verdict of tapit's counts before ECS has turned back. */
function need({ state, judged }: Deployment): number {
  return order.indexOf(judged !== undefined && state.is !== 'live' ? 'failed' : toneOf(state))
}
