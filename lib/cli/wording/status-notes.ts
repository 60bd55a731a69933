import type { Drift, ProcessStatus } from '../../actions/status/process-status.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import type { Instant, Pause, State } from '../../deployment/state.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { age } from './age.ts'
import { callerName } from './caller-name.ts'
import { cancellationText } from './cancellation-text.ts'
import { commands } from './commands.ts'
import { digestsOf } from './digests-of.ts'
import { leftUntil } from './left-until.ts'
import { pauseEndText } from './pause-end-text.ts'
import { pauseIn } from './pause-in.ts'
import { pauseWords } from './pause-words.ts'
import { shortDigest } from './short-digest.ts'
import { stageWords } from './stage-words.ts'
import { trafficIn } from './traffic-in.ts'

/** What a person should know about a process beside its row. */
export function statusNotes(
  status: ProcessStatus,
  { app, now }: { readonly app: string; readonly now: Instant },
): string[] {
  const { process, latest, waiting, drift, trouble, running, desired, isPlaceholder, stopped, unrecorded } =
    status
  return [
    ...(stopped === undefined ? [] : [stoppedNote({ app, process }, stopped, now)]),
    ...(isPlaceholder === true ? ['not deployed yet: a placeholder runs'] : []),
    ...(unrecorded === undefined ? [] : [unrecordedNote({ app, process }, unrecorded, now)]),
    ...(isUnwanted(status) ? [`no task is wanted: ${commands.scale({ app, process, count: 1 })}`] : []),
    ...(trouble === undefined ? [] : [troubleNote(trouble, running, desired)]),
    ...(latest === undefined || isToldByStop(status) ? [] : [latestNote(latest, now)]),
    ...(waiting === undefined ? [] : [waitingNote(waiting, now)]),
    ...(drift === undefined ? [] : [driftNote(drift)]),
  ]
}

type Place = { readonly app: string; readonly process: string }

/** `ECS is at a deployment that tapit did not make; it waits before the switch, …: tapit -a shop continue deploy process=default` */
function unrecordedNote(
  place: Place,
  { pause }: NonNullable<ProcessStatus['unrecorded']>,
  now: Instant,
): string {
  const what = 'ECS is at a deployment that tapit did not make'
  if (pause === undefined) return what
  const end = pauseEndText(pause, until => leftUntil(until, now))
  const waits = [`waits ${pauseWords(pause)}`, ...(end === '' ? [] : [end])].join(', ')
  return `${what}; it ${waits}: ${commands.continueDeploy(place)}`
}

/** `stopped 3 min ago by john.doe: tapit -a shop start process=worker` */
function stoppedNote(
  { app, process }: Place,
  { at, by, reason }: NonNullable<ProcessStatus['stopped']>,
  now: Instant,
): string {
  const why = reason === undefined ? '' : ` (${reason})`
  return `stopped ${age(now - at)} ago by ${callerName(by)}${why}: ${commands.start({ app, processes: [process] })}`
}

/** Somebody has set its desired count to 0, and it was not by `tapit stop`. */
function isUnwanted({ desired, stopped, stage }: ProcessStatus): boolean {
  return desired === 0 && stopped === undefined && stage === 'active'
}

function isToldByStop({ latest, stopped }: ProcessStatus): boolean {
  return stopped !== undefined && latest?.state.is === 'stopped'
}

/** `v1.4.0 waits for the approval of policy senior-approval, expires in 59 min: tapit -a shop approve deploy id=dep_01jd…` */
function waitingNote(waiting: Deployment, now: Instant): string {
  const { app, id, dockerTag, state, approval } = waiting
  if (approval?.met !== undefined)
    return `${dockerTag} is approved, expires ${leftUntil(approval.met.executeUntil, now)}: ${commands.executeDeploy({ app, id })}`
  const policy = state.is === 'awaiting_approval' ? ` of policy ${state.policy}` : ''
  const end = state.is === 'awaiting_approval' ? `, expires ${leftUntil(state.until, now)}` : ''
  return `${dockerTag} waits for the approval${policy}${end}: ${commands.approveDeploy({ app, id, digests: digestsOf([waiting]) })}`
}

/** `0 of 2 tasks run: container_exited, 5 times, exit code 1` */
function troubleNote({ code, times = 1, evidence }: Failure, running: number, desired: number): string {
  const exitCode = evidence[0]?.exitCode
  const details = [
    times === 1 ? 'once' : `${times} times`,
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
  ]
  return `${running} of ${desired} ${desired === 1 ? 'task' : 'tasks'} run: ${[code, ...details].join(', ')}`
}

/** `v1.3.0 rolled back 12 min ago: container_exited`, `v1.3.0 checking readiness for 40 s: dep_01jd…` */
function latestNote(latest: Deployment, now: Instant): string {
  const { id, dockerTag, state, timeline, createdAt } = latest
  const pause = pauseIn(state)
  if (pause !== undefined) return pauseNote(latest, pause, now)
  const lately = age(now - (timeline.at(-1)?.at ?? createdAt))
  const ago = `${lately} ago`
  switch (state.is) {
    case 'rolled_back':
    case 'failed':
      return `${dockerTag} ${stageWords(state)} ${ago}: ${state.failure.code}`
    case 'cancelled':
      return `${dockerTag} ${ago}: ${cancellationText(state.cancellation)}`
    case 'denied':
      return `${dockerTag} denied ${ago} by policy ${state.policy}`
    case 'live':
    case 'stopped':
      return `${dockerTag} ${stageWords(state)} ${ago}`
    case 'stopping':
      // It was live before that, for long perhaps.
      return `${dockerTag} ${stageWords(state)} for ${lately}: ${id}`
    case 'awaiting_approval':
    case 'preparing':
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
    case 'watching':
    case 'rolling_back':
    case 'cancelling':
      return `${dockerTag} ${stageWords(state)}${shareOf(state)} for ${age(now - createdAt)}: ${id}`
  }
}

/** `v1.4.0 waits before the switch, rolls back by itself in 59 min: tapit -a shop continue deploy process=default` */
function pauseNote(latest: Deployment, pause: Pause, now: Instant): string {
  const { app, process, dockerTag, state } = latest
  const end = pauseEndText(pause, until => leftUntil(until, now))
  const stands = [`waits ${pauseWords(pause, latest)}${shareOf(state)}`, ...(end === '' ? [] : [end])]
  return `${dockerTag} ${stands.join(', ')}: ${commands.continueDeploy({ app, process })}`
}

/** ` (10 % of the traffic)` while some of it has moved. */
function shareOf(state: State): string {
  const { production = 0 } = trafficIn(state) ?? {}
  return production > 0 ? ` (${production} % of the traffic)` : ''
}

function driftNote(drift: Drift): string {
  switch (drift.is) {
    case 'changed_outside':
      return [
        `changed outside tapit: ${revisionName(drift.taskDefinition)}`,
        ...(drift.registeredBy === undefined ? [] : [` by ${drift.registeredBy}`]),
        ...(drift.isSameImage === undefined
          ? []
          : [drift.isSameImage ? ', the image is the same' : ', another image']),
      ].join('')
    case 'image_differs':
      return `the image is not the one of its record: ${drift.runs.map(shortDigest).join(', ')} in place of ${shortDigest(drift.recorded)}`
    case 'config_waiting':
      return `config waiting for the next deploy: ${waiting(drift).join(', ')}`
  }
}

function waiting({ template, count }: Drift & { readonly is: 'config_waiting' }): string[] {
  return [
    ...(template === undefined ? [] : [revisionName(template)]),
    ...(count === undefined ? [] : [`${count} ${count === 1 ? 'task' : 'tasks'}`]),
  ]
}
