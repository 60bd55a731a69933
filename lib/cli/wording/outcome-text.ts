import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import { type Tone, toneOf } from './tone-of.ts'
import { grouped } from './grouped.ts'
import { listed } from './listed.ts'
import { pauseIn } from './pause-in.ts'
import { progressWords } from './progress-words.ts'
import { processName } from './process-name.ts'
import { stageWords } from './stage-words.ts'
import { standsText } from './stands-text.ts'
import { took } from './took.ts'

/** What became of a group, as one sentence that can be pasted into a chat. */
export function outcomeText(deployments: readonly Deployment[]): string {
  const [first] = deployments
  if (first === undefined) return 'There is nothing to deploy.'
  const about = `(${[listed([...new Set(deployments.map(({ app }) => app))]), ...duration(deployments)].join(', ')})`
  if (deployments.every(isStopped)) return `${stoppedText(deployments)} (${first.app}).`
  if (deployments.every(({ state }) => state.is === 'live')) return `${liveOn(deployments)} ${about}.`
  const isAlone = deployments.length === 1 && progressWords(first) !== undefined
  const text = isAlone
    ? `${processName(first, deployments)} ${standsText(first).one}`
    : `${headline(deployments)}: ${places(deployments)}`
  return `${text} ${about}.`
}

function isStopped({ state }: Deployment): boolean {
  return state.is === 'stopping' || state.is === 'stopped'
}

/** How long they were live before is nothing that anybody wants to know now. */
function stoppedText(deployments: readonly Deployment[]): string {
  const areGone = deployments.every(({ state }) => state.is === 'stopped')
  const those = listed(names(deployments, deployments))
  const are = deployments.length === 1 ? 'is' : 'are'
  return areGone ? `${those} ${are} stopped` : `${those} ${are} being stopped: no task is wanted any more`
}

function liveOn(deployments: readonly Deployment[]): string {
  const tags = [...new Set(deployments.map(({ dockerTag }) => dockerTag))]
  return tags
    .map(
      tag =>
        `${tag} is live on ${listed(
          names(
            deployments.filter(({ dockerTag }) => dockerTag === tag),
            deployments,
          ),
        )}`,
    )
    .join(', ')
}

/** `1 of 3 rolled back`, `2 of 9 rolled back, 1 failed`, `worker rolled back`. */
function headline(deployments: readonly Deployment[]): string {
  const notLive = deployments.filter(({ state }) => state.is !== 'live').toSorted(byNeed)
  const counts = [...grouped(notLive, ({ state }) => outcomeWords(state))]
  const [only] = deployments
  if (only !== undefined && deployments.length === 1)
    return `${names([only], deployments).join('')} ${counts[0]?.[0] ?? ''}`
  return counts
    .map(
      ([words, those], index) => `${those.length}${index === 0 ? ` of ${deployments.length}` : ''} ${words}`,
    )
    .join(', ')
}

function outcomeWords(state: Deployment['state']): string {
  return isSettled(state) ||
    state.is === 'awaiting_approval' ||
    state.is === 'cancelling' ||
    state.is === 'rolling_back' ||
    pauseIn(state) !== undefined
    ? stageWords(state)
    : 'in progress'
}

/** What runs where, what went wrong first. */
function places(deployments: readonly Deployment[]): string {
  const [only] = deployments
  if (only !== undefined && deployments.length === 1) return `it ${standsText(only).one}`
  return [...grouped(deployments.toSorted(byNeed), deployment => standsText(deployment).one)]
    .map(([one, those]) => {
      const [first] = those
      const many = first === undefined ? one : standsText(first).many
      return `${listed(names(those, deployments))} ${those.length === 1 ? one : many}`
    })
    .join(', ')
}

const order: readonly Tone[] = ['failed', 'cancelled', 'asking', 'in_progress', 'waiting', 'active']

function byNeed(a: Deployment, b: Deployment): number {
  return order.indexOf(toneOf(a.state)) - order.indexOf(toneOf(b.state))
}

function names(those: readonly Deployment[], among: readonly Deployment[]): string[] {
  return those.map(deployment => processName(deployment, among))
}

/** From the making of the group to the end of its last deployment, if all have ended. */
function duration(deployments: readonly Deployment[]): string[] {
  if (!deployments.every(({ state }) => isSettled(state))) return []
  const ends = deployments.map(({ timeline, createdAt }) => timeline.at(-1)?.at ?? createdAt)
  return [took(Math.max(...ends) - Math.min(...deployments.map(({ createdAt }) => createdAt)))]
}
