import type { Drift, ProcessStatus } from '../../actions/process-status.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import type { Instant } from '../../deployment/state.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { age } from './age.ts'
import { cancellationText } from './cancellation-text.ts'
import { stageWords } from './stage-words.ts'

/** What a person should know about a process beside its row. */
export function statusNotes(
  { latest, drift, trouble, running, desired, isPlaceholder }: ProcessStatus,
  now: Instant,
): string[] {
  return [
    ...(isPlaceholder === true ? ['not deployed yet: a placeholder runs'] : []),
    ...(trouble === undefined ? [] : [troubleNote(trouble, running, desired)]),
    ...(latest === undefined ? [] : [latestNote(latest, now)]),
    ...(drift === undefined ? [] : [driftNote(drift)]),
  ]
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
function latestNote({ id, dockerTag, state, timeline, createdAt }: Deployment, now: Instant): string {
  const ago = `${age(now - (timeline.at(-1)?.at ?? createdAt))} ago`
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
    case 'awaiting_approval':
    case 'preparing':
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
    case 'watching':
    case 'rolling_back':
    case 'cancelling':
    case 'stopping':
      return `${dockerTag} ${stageWords(state)} for ${age(now - createdAt)}: ${id}`
  }
}

function driftNote(drift: Drift): string {
  switch (drift.is) {
    case 'changed_outside':
      return `changed outside tapit: ${revisionName(drift.taskDefinition)}${drift.registeredBy === undefined ? '' : ` by ${drift.registeredBy}`}`
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
