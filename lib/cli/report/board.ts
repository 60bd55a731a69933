import type { DeployEvent, EvidenceLines } from '../../actions/events.ts'
import type { Plan } from '../../actions/plan/plan.ts'
import { buildStepOf } from '../../deployment/build-step-of.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { Instant } from '../../deployment/state.ts'
import type { Group } from '../../records/group.ts'
import { leftTexts } from '../wording/left-texts.ts'
import { prunedText } from '../wording/pruned-text.ts'
import { slowedText } from '../wording/slowed-text.ts'
import { unknownTexts } from '../wording/unknown-texts.ts'
import { waitingForLeaseText } from '../wording/waiting-for-lease-text.ts'
import { warningText } from '../wording/warning-text.ts'
import type { Shown } from './deployment-rows.ts'

/** All that the live screen shows, out of the events so far. */
export type Board = {
  readonly plan?: Plan
  readonly group?: Group
  readonly shown: readonly Shown[]
  /** Of a group over several apps all of them, heard or not. */
  readonly apps: readonly string[]
  /** By the deployment's id. */
  readonly logs: ReadonlyMap<string, EvidenceLines>
  /** What its build does now, and since when; by the deployment's id. */
  readonly doing: ReadonlyMap<string, Doing>
  /** What stays worth knowing until the end. */
  readonly notices: readonly string[]
  /** Processes that another command still holds, by name. */
  readonly waiting: ReadonlyMap<string, string>
  readonly slowed?: { readonly until: Instant; readonly text: string }
  /** What went with the images that are not kept any more. */
  readonly pruned: readonly string[]
  /** Why nothing is waited for any longer. */
  readonly closing?: readonly string[]
  readonly isOver: boolean
}

export type Doing = { readonly what: string; readonly since: Instant }

export const emptyBoard: Board = {
  shown: [],
  apps: [],
  logs: new Map(),
  doing: new Map(),
  notices: [],
  pruned: [],
  waiting: new Map(),
  isOver: false,
}

/** The board after an event. */
export function told(board: Board, event: DeployEvent): Board {
  switch (event.is) {
    case 'warned':
      return { ...board, notices: [...board.notices, noticeOf(event.warning)] }
    case 'planned':
      return { ...board, plan: event.plan }
    case 'waiting_for_lease':
      return { ...board, waiting: new Map([...board.waiting, [event.process, waitingForLeaseText(event)]]) }
    case 'recorded':
      return {
        ...event.deployments.reduce((next, deployment) => withShown(next, deployment), board),
        group: event.group,
      }
    case 'changed':
      return freed(
        withShown(withoutBuild(board, event.deployment), event.deployment, event.seen),
        event.deployment,
      )
    case 'seen':
      return freed(withShown(board, event.deployment, event.seen), event.deployment)
    case 'step_log':
      return board
    case 'doing': {
      const { deployment, what, since } = event
      return { ...board, doing: new Map([...board.doing, [deployment.id, { what, since }]]) }
    }
    case 'judged':
      return withShown(board, event.deployment)
    case 'logs':
      return {
        ...withShown(board, event.deployment),
        logs: new Map([...board.logs, [event.deployment.id, event.lines]]),
      }
    case 'slowed':
      return { ...board, slowed: { until: event.at + event.wait, text: slowedText(event) } }
    case 'unknown':
      return { ...board, closing: unknownTexts(event), isOver: true }
    case 'left':
      return {
        ...event.deployments.reduce((next, deployment) => withShown(next, deployment), board),
        closing: leftTexts(event),
        isOver: true,
      }
    case 'ended':
      return {
        ...event.deployments.reduce((next, deployment) => withShown(next, deployment), board),
        isOver: true,
      }
    case 'pruned':
      return { ...board, pruned: [...board.pruned, prunedText(event)] }
  }
}

function noticeOf(warning: (DeployEvent & { is: 'warned' })['warning']): string {
  return `${'process' in warning ? `${warning.process}: ` : ''}${warningText(warning)}`
}

/** In its place, or at the end if it is new; with what was seen before where nothing new was. */
function withShown(board: Board, deployment: Deployment, seen?: Observation): Board {
  const isKnown = board.shown.some(each => each.deployment.id === deployment.id)
  if (!isKnown) return { ...board, shown: [...board.shown, { deployment, ...(seen && { seen }) }] }
  const shown = board.shown.map(each =>
    each.deployment.id === deployment.id ? { ...each, deployment, ...(seen && { seen }) } : each,
  )
  return { ...board, shown }
}

/** What was done of its build is over once its image is there. */
function withoutBuild(board: Board, deployment: Deployment): Board {
  if (!board.doing.has(deployment.id) || buildStepOf(deployment) !== undefined) return board
  return { ...board, doing: new Map([...board.doing].filter(([id]) => id !== deployment.id)) }
}

function freed(board: Board, { app, process }: Deployment): Board {
  // Among several apps with its own before it.
  const names = [process, `${app}/${process}`]
  if (!names.some(name => board.waiting.has(name))) return board
  return { ...board, waiting: new Map([...board.waiting].filter(([name]) => !names.includes(name))) }
}
