import type { Instant } from '../../deployment/state.ts'
import { revisionName } from '../../deployment/task-definition.ts'
import { isAbandoned } from '../leases/lease-age.ts'
import { whoHolds } from '../leases/who-holds.ts'
import { isOngoing } from '../services/is-ongoing.ts'
import type { Gathered, GatheredProcess } from './gather.ts'
import type { RefusedProcess } from './plan.ts'

/** Why a process has to wait: another deployment of it is in progress, by the leases or by ECS. */
export function inProgress(
  { process, service, lease, history = [] }: GatheredProcess,
  { cluster }: Gathered,
  now: Instant,
): RefusedProcess | undefined {
  if (lease !== undefined && !isAbandoned(lease, now)) {
    return {
      is: 'refused',
      process,
      code: 'in_progress',
      reason: `another deployment is in progress: ${whoHolds(lease)}.`,
      advice: takeOver(cluster.name, lease.deploymentId),
    }
  }
  const running = history.find(isOngoing)
  if (running === undefined) return undefined
  const from = service.deployments.find(({ status }) => status === 'PRIMARY')
  return {
    is: 'refused',
    process,
    code: 'in_progress',
    reason: `ECS is still busy with a deployment of it (${running.status}${from === undefined ? '' : `, ${revisionName(from.taskDefinition)}`}, since ${new Date(running.createdAt).toISOString()}).`,
    advice: takeOver(cluster.name),
  }
}

function takeOver(app: string, id?: string): string {
  const show = id === undefined ? 'status' : `show deploy id=${id}`
  return `tapit -a ${app} ${show} shows it; create deploy --supersede reason=… takes over.`
}
