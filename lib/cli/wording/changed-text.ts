import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { adviceText } from './advice-text.ts'
import { age } from './age.ts'
import { cancellationText } from './cancellation-text.ts'
import { countsOf, countsText } from './counts-text.ts'
import { durationOf } from './duration-of.ts'
import { elapsed } from './elapsed.ts'
import { failureText } from './failure-text.ts'
import { previousName } from './previous-name.ts'
import { restoredText } from './restored-text.ts'
import { shortDigest } from './short-digest.ts'
import { stageWords } from './stage-words.ts'
import { timeOfDay } from './time-of-day.ts'

type Changed = {
  readonly before: Deployment
  readonly deployment: Deployment
  readonly seen?: Observation
}

/** What a change means, a line each: the state that was entered, or what was learned in the same one; nothing if it is no news. */
export function changedText(changed: Changed, { isJudged }: { isJudged: boolean }): string[] {
  const { before, deployment } = changed
  return before.state.is === deployment.state.is ? learned(changed) : entered(changed, isJudged)
}

function learned({ before, deployment }: Changed): string[] {
  if (before.state.is === 'preparing' && deployment.state.is === 'preparing')
    return before.state.step === deployment.state.step ? [] : prepared(deployment)
  if (before.cancelRequested === undefined && deployment.cancelRequested !== undefined) {
    const { by, reason } = deployment.cancelRequested
    return [`${by} asked to cancel it${reason === undefined ? '' : `: ${reason}`}`]
  }
  if (!('failure' in before.state) || !('failure' in deployment.state)) return []
  if (before.state.failure.code === deployment.state.failure.code) return []
  return [`the reason has become known: ${failureText(deployment.state.failure, deployment)}`]
}

function prepared(deployment: Deployment): string[] {
  const { state, source, imageDigest } = deployment
  if (state.is !== 'preparing') return []
  switch (state.step) {
    case 'clone':
      return [`cloning${source === undefined ? '' : ` ${source}`}`]
    case 'analyze':
    case 'build':
      return [stageWords(state)]
    case 'register':
      return [imageDigest === undefined ? stageWords(state) : `built ${shortDigest(imageDigest)}`]
  }
}

function entered({ before, deployment, seen }: Changed, isJudged: boolean): string[] {
  const { state, strategy, previous } = deployment
  const counts = countsText(countsOf(deployment, seen))
  const withCounts = counts === '' ? '' : `, ${counts}`
  switch (state.is) {
    case 'awaiting_approval':
      return [`waiting for approval: policy ${state.policy}, until ${timeOfDay(state.until, state.until)}`]
    case 'denied':
      return [`denied by policy ${state.policy}`]
    case 'preparing':
      return prepared(deployment)
    case 'starting':
      return [`starting candidate (${strategy}, task definition ${revisionName(state.ecs.taskDefinition)})`]
    case 'checking':
    case 'draining':
    case 'stopping':
    case 'stopped':
      return [`${stageWords(state)}${withCounts}`]
    case 'shifting':
      return [`switching route (${strategy})${withCounts}`]
    case 'watching':
      return [`runs; it has no health check, so it is watched for ${age(deployment.health.stayRunning)}`]
    case 'live':
      return [
        `active${withCounts} (${elapsed(durationOf(deployment, deployment.timeline.at(-1)?.at ?? deployment.createdAt))})`,
      ]
    case 'rolling_back': {
      const to = previous === undefined ? 'what ran before' : previousName(previous)
      const isKnown = isJudged && deployment.judged?.code === state.failure.code
      return [
        isKnown
          ? `rolling back to ${to}`
          : `failed: ${failureText(state.failure, deployment)} Rolling back to ${to}.`,
      ]
    }
    case 'rolled_back':
      return [
        ...whyIfNew(before, deployment),
        `rolled back, ${restoredText(deployment, state.restored)}`,
        adviceText(state.failure, deployment),
      ]
    case 'failed':
      return [`failed: ${failureText(state.failure, deployment)}`, adviceText(state.failure, deployment)]
    case 'cancelling':
      return [`being ${cancellationText(state.cancellation)}`]
    case 'cancelled':
      return [cancellationText(state.cancellation)]
  }
}

/** The reason, where it was another one, or none, before. */
function whyIfNew(before: Deployment, deployment: Deployment): string[] {
  if (!('failure' in deployment.state)) return []
  const { failure } = deployment.state
  const known = 'failure' in before.state ? before.state.failure.code : before.judged?.code
  return known === failure.code ? [] : [`failed: ${failureText(failure, deployment)}`]
}
