import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { Instant, Traffic } from '../../deployment/state.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { approvedText, deniedText, waitsForText } from './approval-texts.ts'
import { adviceText } from './advice-text.ts'
import { age } from './age.ts'
import { bakeOf } from './bake-of.ts'
import { callerName } from './caller-name.ts'
import { cancellationText } from './cancellation-text.ts'
import { countsOf, countsText } from './counts-text.ts'
import { decidedTexts } from './decided-texts.ts'
import { durationOf } from './duration-of.ts'
import { elapsed } from './elapsed.ts'
import { failureText } from './failure-text.ts'
import { pauseIn } from './pause-in.ts'
import { pauseTexts } from './pause-texts.ts'
import { previousName } from './previous-name.ts'
import { restoredText } from './restored-text.ts'
import { shortDigest } from './short-digest.ts'
import { stageWords } from './stage-words.ts'
import { strategyLabel } from './strategy-label.ts'
import { took } from './took.ts'
import { trafficIn } from './traffic-in.ts'
import { weightsText } from './weights-text.ts'

type Changed = {
  readonly at: Instant
  readonly before: Deployment
  readonly deployment: Deployment
  readonly seen?: Observation
}

/** What a change means, a line each: the state that was entered, or what was learned in the same one; nothing if it is no news. */
export function changedText(changed: Changed, { isJudged }: { isJudged: boolean }): string[] {
  const { before, deployment } = changed
  return [
    ...decidedTexts(changed),
    ...(before.state.is === deployment.state.is ? learned(changed) : entered(changed, isJudged)),
    ...(isNewlyPaused(changed) ? pauseTexts(changed) : []),
  ]
}

function isNewlyPaused({ before, deployment }: Changed): boolean {
  const pause = pauseIn(deployment.state)
  return pause !== undefined && pause.hookId !== pauseIn(before.state)?.hookId
}

function learned(changed: Changed): string[] {
  const { before, deployment } = changed
  if (before.state.is === 'preparing' && deployment.state.is === 'preparing')
    return before.state.step === deployment.state.step ? [] : prepared(deployment)
  if (before.cancelRequested === undefined && deployment.cancelRequested !== undefined) {
    const { by, reason } = deployment.cancelRequested
    return [`${callerName(by)} asked to cancel it${reason === undefined ? '' : `: ${reason}`}`]
  }
  if (deployment.state.is === 'awaiting_approval') return approved(changed)
  const traffic = trafficIn(deployment.state)
  if (traffic !== undefined) return weighed(changed, traffic)
  if (!('failure' in before.state) || !('failure' in deployment.state)) return []
  if (before.state.failure.code === deployment.state.failure.code) return []
  return [`the reason has become known: ${failureText(deployment.state.failure, deployment)}`]
}

/** Who said yes since then, and what is still missing. */
function approved({ at, before, deployment }: Changed): string[] {
  const { state, approval } = deployment
  const news = approval?.given.slice(before.approval?.given.length ?? 0) ?? []
  if (state.is !== 'awaiting_approval' || news.length === 0) return []
  return [...news.map(approvedText), waitsForText(deployment, state, at)]
}

const none: Traffic = { production: 0, test: 0 }

/** Traffic was moved. */
function weighed({ before, deployment, seen }: Changed, traffic: Traffic): string[] {
  const was = trafficIn(before.state) ?? none
  if (was.production !== traffic.production)
    return [`switching route: ${weightsText(traffic, was)}${baking(seen, traffic)}`]
  if (was.test === traffic.test) return []
  return [`${traffic.test} % of the test traffic is on ${deployment.dockerTag}`]
}

/** How long it stays so before the next step. */
function baking(seen: Observation | undefined, traffic: Traffic): string {
  const bake = seen?.ours && bakeOf(seen.ours, traffic)
  return bake === undefined || bake.of === 'all' ? '' : `, for ${took(bake.minutes * 60_000)}`
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

function entered({ at, before, deployment, seen }: Changed, isJudged: boolean): string[] {
  const { state, previous } = deployment
  const counts = countsText(countsOf(deployment, seen))
  const withCounts = counts === '' ? '' : `, ${counts}`
  switch (state.is) {
    case 'awaiting_approval':
      return [`waiting for approval: ${waitsForText(deployment, state, at)}`]
    case 'denied':
      return [deniedText(state)]
    case 'preparing':
      return prepared(deployment)
    case 'starting':
      return [
        `starting candidate (${strategyLabel(deployment)}, task definition ${revisionName(state.ecs.taskDefinition)})`,
      ]
    case 'checking': {
      const test = state.traffic?.test ?? 0
      return [`${stageWords(state)}${withCounts}${test === 0 ? '' : `, test traffic ${test} %`}`]
    }
    case 'stopping':
    case 'stopped':
      return [`${stageWords(state)}${withCounts}`]
    case 'draining':
      // All that was still to move may have moved between two looks.
      return [
        ...(state.traffic === undefined ? [] : weighed({ at, before, deployment, seen }, state.traffic)),
        `${stageWords(state)}${withCounts}`,
      ]
    case 'shifting': {
      // Nothing has moved where it only waits to: that is what is told then.
      if (state.pause !== undefined && (state.traffic?.production ?? 0) === 0) return []
      const hasTraffic = state.traffic !== undefined && state.traffic.production > 0
      const weights = hasTraffic
        ? `: ${weightsText(state.traffic, trafficIn(before.state) ?? none)}${baking(seen, state.traffic)}`
        : ''
      if (!deployment.health.loadBalanced && deployment.strategy !== 'rolling')
        return [`new tasks beside the old ones (${strategyLabel(deployment)})${withCounts}`]
      return [`switching route (${strategyLabel(deployment)})${weights}${withCounts}`]
    }
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
