import type { DeployEvent } from '../../actions/events.ts'
import { buildStepOf } from '../../deployment/build-step-of.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Observation } from '../../deployment/observation.ts'
import { isSettled } from '../../deployment/projections.ts'
import type { Instant } from '../../deployment/state.ts'
import type { Clock } from '../../names/clock.ts'
import type { Io } from '../io.ts'
import { repositoryPath } from '../../names/repository-path.ts'
import { alarmsText } from '../wording/alarms-text.ts'
import { approvalTexts } from '../wording/approval-texts.ts'
import { bakeText } from '../wording/bake-text.ts'
import { changedText } from '../wording/changed-text.ts'
import { countsOf, countsText } from '../wording/counts-text.ts'
import { durationOf } from '../wording/duration-of.ts'
import { elapsed } from '../wording/elapsed.ts'
import { failureText } from '../wording/failure-text.ts'
import { leftTexts } from '../wording/left-texts.ts'
import { outcomeText } from '../wording/outcome-text.ts'
import { pauseIn } from '../wording/pause-in.ts'
import { pauseTexts } from '../wording/pause-texts.ts'
import { pauseWords } from '../wording/pause-words.ts'
import { plannedText } from '../wording/planned-text.ts'
import { previousName } from '../wording/previous-name.ts'
import { processName } from '../wording/process-name.ts'
import { prunedText } from '../wording/pruned-text.ts'
import { recordedText } from '../wording/recorded-text.ts'
import { slowedText } from '../wording/slowed-text.ts'
import { stageWords } from '../wording/stage-words.ts'
import { stoppedTaskText } from '../wording/stopped-task-text.ts'
import { timeOfDay } from '../wording/time-of-day.ts'
import { toneOf } from '../wording/tone-of.ts'
import { unknownTexts } from '../wording/unknown-texts.ts'
import { waitingForLeaseText } from '../wording/waiting-for-lease-text.ts'
import { warningText } from '../wording/warning-text.ts'
import { amongApps } from './among-apps.ts'
import { buildersOf } from './builders-of.ts'
import { finished } from './finished.ts'
import { isMoot } from './is-moot.ts'
import { printableEvent } from './printable-event.ts'
import type { Reporter } from './reporter.ts'
import { runnable } from './runnable.ts'
import { viewOf } from './view.ts'

export type LinesOptions = {
  readonly clock: Clock
  /** Every change of the counts, every slowing down, what is planned. */
  readonly verbose: boolean
  /**
   * Ends with the outcome in one sentence, where no text on stdout says it (`-o json`).
   * @default false
   */
  readonly concludes?: boolean
  /** @default false */
  readonly isSandbox?: boolean
  /** Of a group over several apps. @default - there is one */
  readonly apps?: readonly string[]
}

/** After so long without a word about a deployment its counts are told: nobody, and no CI system, should think that it hangs. */
const longestSilence = 60_000

/** What has been told about one deployment. */
type Told = {
  readonly at: Instant
  readonly counts: string
  readonly stopped: string
  /** That both revisions stay, and what its alarms say. */
  readonly baking: string
  readonly ringing: string
  readonly judged: boolean
}

/** One plain line on stderr per event, each understandable alone: for CI, pipes and everything that is no terminal. */
export function linesReporter(
  io: Io,
  { clock, verbose, concludes = false, isSandbox = false, apps = [] }: LinesOptions,
): Reporter {
  const told = new Map<string, Told>()
  let deployments: readonly Deployment[] = []
  let app: string | undefined
  let slowedAt = -Infinity

  const nameOf = (deployment: Deployment): string => processName(deployment, amongApps(deployments, apps))

  const write = (at: Instant, who: string | undefined, texts: readonly string[]) => {
    const view = viewOf(io.stderr, { env: io.env, now: clock.now(), isSandbox })
    const prefix = `${timeOfDay(at, view.now)} ${who === undefined ? '' : `${who}: `}`
    for (const line of finished(
      texts.map(text => prefix + runnable(text, view)),
      view,
    ))
      io.stderr.write(`${line}\n`)
  }

  const know = (those: readonly Deployment[]) => {
    const known = new Map([...deployments, ...those].map(each => [each.id, each]))
    deployments = [...known.values()]
    app = deployments.some(each => each.app !== deployments[0]?.app) ? undefined : deployments[0]?.app
  }

  const say = (
    event: { at: Instant; deployment: Deployment; seen?: Observation },
    texts: readonly string[],
  ) => {
    const { at, deployment, seen } = event
    const before = told.get(deployment.id)
    const baking = seen === undefined ? '' : bakeText(deployment, seen)
    const ringing = seen === undefined ? '' : ringingText(deployment, seen)
    const news = [
      ...texts,
      ...(ringing === (before?.ringing ?? '') ? [] : [ringing]),
      ...(baking === (before?.baking ?? '') ? [] : [baking]),
    ].filter(text => text !== '')
    if (news.length > 0) write(at, nameOf(deployment), news)
    told.set(deployment.id, {
      at: news.length > 0 ? at : (before?.at ?? at),
      counts: seen === undefined ? (before?.counts ?? '') : countsText(countsOf(deployment, seen)),
      stopped: seen === undefined ? (before?.stopped ?? '') : (stoppedTaskText(seen.stopped) ?? ''),
      baking: baking || (before?.baking ?? ''),
      ringing: seen === undefined ? (before?.ringing ?? '') : ringing,
      judged: before?.judged === true || deployment.judged !== undefined,
    })
  }

  /** A task that stopped for a reason is a word; counts are one only with --verbose, when they fall, and after a long silence. */
  const seenTexts = ({
    at,
    deployment,
    seen,
  }: {
    at: Instant
    deployment: Deployment
    seen: Observation
  }) => {
    const before = told.get(deployment.id)
    const stopped = stoppedTaskText(seen.stopped)
    if (stopped !== undefined && stopped !== before?.stopped && deployment.judged === undefined)
      return [stopped]
    const counts = countsText(countsOf(deployment, seen))
    const hasChanged = counts !== '' && counts !== before?.counts
    const isSilent = before !== undefined && at - before.at >= longestSilence
    if (!isSilent && !(verbose && hasChanged)) return []
    const stands = standing(deployment)
    return [
      `${hasChanged ? stands : `still ${stands}`}${counts === '' ? '' : `, ${counts}`} (${elapsed(durationOf(deployment, at))})`,
    ]
  }

  /** All of its log, for whoever reads that of a CI job: once, where several deployments hear it. */
  const tellOfBuild = (
    { at, deployment }: { at: Instant; deployment: Deployment },
    texts: readonly string[],
  ) => {
    if (buildersOf(deployments)(deployment)?.id !== deployment.id) return
    write(at, sharedRepository(deployment, deployments) ?? nameOf(deployment), texts)
  }

  const tellOfRelease = (
    { at, deployment }: { at: Instant; deployment: Deployment },
    texts: readonly string[],
  ) => write(at, nameOf(deployment), texts)

  const tell = (event: DeployEvent) => {
    switch (event.is) {
      case 'warned':
        if (isMoot(event.warning, { isSandbox })) return undefined
        return write(event.at, 'process' in event.warning ? event.warning.process : app, [
          `warning: ${warningText(event.warning)}`,
        ])
      case 'planned':
        app ??= event.plan.app
        return write(event.at, event.plan.app, plannedText(event.plan, { verbose }))
      case 'waiting_for_lease':
        return write(event.at, event.process, [waitingForLeaseText(event)])
      case 'recorded':
        know(event.deployments)
        // Of what is over, looked at once more, nothing is to be told on the way.
        if (isOver(event.deployments)) return undefined
        write(event.at, event.deployments.length === 0 ? event.group.app : app, [recordedText(event)])
        // Taken up again where another command left it, it may wait already.
        for (const deployment of event.deployments)
          write(event.at, nameOf(deployment), [
            ...approvalTexts(deployment, event.at),
            ...pauseTexts({ deployment, at: event.at }),
          ])
        return undefined
      case 'changed': {
        know([event.deployment])
        const texts = changedText(event, { isJudged: told.get(event.deployment.id)?.judged === true })
        return isBeingBuilt(event.deployment) ? tellOfBuild(event, texts) : say(event, texts)
      }
      case 'step_log':
        if (event.step === 'deploy') return tellOfRelease(event, [`  ${event.message}`])
        return tellOfBuild(event, [`  ${event.message}`])
      case 'doing':
        if (buildStepOf(event.deployment) === undefined) return tellOfRelease(event, [doingText(event)])
        return tellOfBuild(event, [doingText(event)])
      case 'seen':
        know([event.deployment])
        return say(event, seenTexts(event))
      case 'judged':
        know([event.deployment])
        return say(event, [judgedText(event.deployment)])
      case 'logs':
        // The log of a build, or of the release command, has been told as it came.
        if (buildStepOf(event.deployment) !== undefined || isReleaseFailed(event.deployment)) return undefined
        return write(
          event.at,
          nameOf(event.deployment),
          event.lines.flatMap(({ lines }) => lines.map(line => `  ${line}`)),
        )
      case 'slowed': {
        const isNews = event.at - slowedAt >= longestSilence
        if (isNews) slowedAt = event.at
        return isNews || verbose ? write(event.at, app, [slowedText(event)]) : undefined
      }
      case 'unknown':
        return write(event.at, app, unknownTexts(event))
      case 'left':
        return write(event.at, app, leftTexts(event))
      case 'ended':
        return concludes ? write(event.at, app, [outcomeText(event.deployments)]) : undefined
      case 'pruned':
        return write(event.at, app, [prunedText(event)])
    }
  }

  return { leavesScreen: false, report: event => tell(printableEvent(event)), end: () => {} }
}

/** Of the image that several processes share. */
function sharedRepository({ repository }: Deployment, among: readonly Deployment[]): string | undefined {
  const isShared = among.filter(each => each.repository === repository).length > 1
  return isShared ? repositoryPath(repository) : undefined
}

/** What was denied never began, and is told as that. */
function isOver(deployments: readonly Deployment[]): boolean {
  return deployments.length > 0 && deployments.every(({ state }) => isSettled(state) && state.is !== 'denied')
}

function isReleaseFailed({ state }: Deployment): boolean {
  return state.is === 'failed' && state.failure.code === 'release_failed'
}

function isBeingBuilt(deployment: Deployment): boolean {
  return deployment.state.is === 'preparing' && buildStepOf(deployment) !== undefined
}

function standing(deployment: Deployment): string {
  const { state } = deployment
  const pause = pauseIn(state)
  return pause === undefined ? stageWords(state) : `waiting ${pauseWords(pause, deployment)}`
}

/** Once it has turned back, that is the reason and told as such. */
function ringingText({ state }: Deployment, { ours }: Observation): string {
  if (toneOf(state) === 'failed' || isSettled(state)) return ''
  const { text, isRinging } = ours === undefined ? { text: '', isRinging: false } : alarmsText(ours)
  return isRinging ? text : ''
}

function doingText({ what, at, since }: DeployEvent & { is: 'doing' }): string {
  return at === since ? what : `still ${what} (${elapsed(at - since)})`
}

function judgedText(deployment: Deployment): string {
  const { judged, previous } = deployment
  const why = judged === undefined ? '' : `: ${failureText(judged, deployment)}`
  return `failed${why} Asking ECS to roll back${previous === undefined ? '' : ` to ${previousName(previous)}`}.`
}
