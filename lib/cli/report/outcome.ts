import type { Deployment } from '../../deployment/deployment.ts'
import { buildStepOf } from '../../deployment/build-step-of.ts'
import { isSettled } from '../../deployment/projections.ts'
import type { ExitCode } from '../../names/refusal.ts'
import { wrap } from '../text/wrap.ts'
import { commands } from '../wording/commands.ts'
import { digestsOf } from '../wording/digests-of.ts'
import { grouped } from '../wording/grouped.ts'
import { openPauseOf } from '../wording/open-pause-of.ts'
import { outcomeText } from '../wording/outcome-text.ts'
import { successorCommand } from '../wording/successor-command.ts'
import { wayBackOf } from '../wording/way-back-of.ts'
import { finished } from './finished.ts'
import { fittingTable } from './fitting-table.ts'
import { printableData } from './printable-data.ts'
import { readable } from './readable.ts'
import { runnable } from './runnable.ts'
import { spread } from './spread.ts'
import type { View } from './view.ts'

export type Outcome = {
  readonly deployments: readonly Deployment[]
  /** What the command exits with; 0 is not worth a word. */
  readonly exit?: ExitCode
}

/** The end of a command: what became of it in one sentence that can be pasted into a chat, and what to type next. */
export function outcome(document: Outcome, view: View): string[] {
  const { deployments, exit } = printableData(document)
  const sentence = wrap(outcomeText(deployments), { columns: Math.min(view.columns, readable) }).split('\n')
  const last = sentence.at(-1) ?? ''
  const code = exit === undefined || exit === 0 ? '' : view.paint('dim', `exit ${exit}`)
  return finished(
    [...sentence.slice(0, -1), ...spread(last, code, view.columns), ...nextCommands(deployments, view)],
    view,
  )
}

/** Commands stay whole, however narrow the terminal: they are there to be copied. */
function nextCommands(deployments: readonly Deployment[], view: View): string[] {
  const { columns } = view
  const next = [...whenInProgress(deployments), ...whenNotLive(deployments), ...whenStopped(deployments)].map(
    ([label, command]) => [label, runnable(command, view)] as const,
  )
  const narrow = next.some(([label, command]) => label.length + command.length + 6 > columns)
  if (narrow) return next.flatMap(([label, command]) => [`  ${label}`, `    ${command}`])
  return fittingTable([next], { columns: Infinity, indent: 2 })
}

type Next = readonly [label: string, command: string]

function whenInProgress(deployments: readonly Deployment[]): Next[] {
  const open = deployments.filter(({ state }) => !isSettled(state))
  const [first] = open
  if (first === undefined) return []
  const of = { app: first.app, id: open.length === 1 ? first.id : first.groupId }
  const isOverApps = open.some(({ app }) => app !== first.app)
  const held = open.filter(({ state }) => state.is === 'awaiting_approval')
  const isMet = held.every(({ approval }) => approval?.met !== undefined)
  // Where one alone waits for a decision, the command that takes it back stands beside the one that lets it go on.
  const isAsked = open.length === 1 && openPauseOf(first) !== undefined
  return [
    ...(held.length < open.length
      ? []
      : ofEachApp(open).flatMap(own => [
          isMet
            ? (['start it:', commands.executeDeploy(own)] as const)
            : (['somebody else approves:', commands.approveDeploy(own)] as const),
          ...(isMet ? [] : [['then start it:', commands.executeDeploy(own)] as const]),
        ])),
    ['where it stands:', isOverApps ? commands.showGroup(of) : commands.showDeploy(of)],
    ...(isAsked ? [] : wayBackOf(open).map(([label, command]) => [`${label}:`, command] as const)),
  ]
}

/** By what those of each app are named. */
function ofEachApp(
  open: readonly Deployment[],
): readonly { readonly app: string; readonly id: string; readonly digests: readonly string[] }[] {
  return [...grouped(open, ({ app }) => app)].map(([app, those]) => {
    const [first] = those
    return {
      app,
      id: (those.length === 1 ? first?.id : first?.groupId) ?? '',
      digests: digestsOf(those),
    }
  })
}

function whenNotLive(deployments: readonly Deployment[]): Next[] {
  const failed = deployments.filter(({ state }) => state.is === 'rolled_back' || state.is === 'failed')
  const [first] = failed
  const superseded = deployments.find(
    ({ state }) => state.is === 'cancelled' && state.cancellation.code === 'superseded',
  )
  if (first === undefined) {
    return superseded === undefined ? [] : [['what took over:', successorCommand(superseded)]]
  }
  const processes = failed.filter(({ app }) => app === first.app).map(({ process }) => process)
  const apps = [...new Set(failed.map(({ app }) => app))]
  if (apps.length > 1) {
    const all = [...new Set(failed.map(({ process }) => process))]
    const toAll = commands.createDeployToApps({ apps, processes: all, dockerTag: '…' })
    return [['fix it and:', toAll], ...goBack(deployments)]
  }
  const isUnbuilt = failed.every(deployment => buildStepOf(deployment) !== undefined)
  const again = isUnbuilt
    ? commands.imageDeploy({ app: first.app, processes })
    : commands.createDeploy({ app: first.app, processes, dockerTag: '…' })
  return [['fix it and:', again], ...goBack(deployments)]
}

function whenStopped(deployments: readonly Deployment[]): Next[] {
  const stopped = deployments.filter(({ state }) => state.is === 'stopping' || state.is === 'stopped')
  const [first] = stopped
  // What was started again since names what took its place.
  if (first === undefined || stopped.some(({ replacedBy }) => replacedBy !== undefined)) return []
  const processes = stopped.filter(({ app }) => app === first.app).map(({ process }) => process)
  return [['start again:', commands.start({ app: first.app, processes })]]
}

/** Some are live and some are not: the others can go back to what was live before, where the records know of it. */
function goBack(deployments: readonly Deployment[]): Next[] {
  const live = deployments.filter(({ state }) => state.is === 'live')
  const [first] = live
  const isKnown = live.every(
    ({ groupId, previous }) => groupId === first?.groupId && previous?.id !== undefined,
  )
  if (first === undefined || !isKnown) return []
  return [['or go back:', commands.rollbackGroup({ app: first.app, group: first.groupId })]]
}
