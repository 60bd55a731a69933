import type { AuditEvent } from '../../records/audit.ts'
import { deploy } from './deploy.ts'
import type { DeployEnd, DeployOptions } from './deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import type { DeployRequest, PinnedVersion } from '../plan/request.ts'

export type AgainRequest = Pick<
  DeployRequest,
  'app' | 'environment' | 'initiator' | 'reason' | 'override'
> & {
  readonly processes: readonly string[]
}

/** Deploys versions that were live before, or are: deployments like any other. Told to the audit as what it is. */
export async function* deployAgain(
  request: AgainRequest,
  { as, pinned }: { readonly as: 'start' | 'restart'; readonly pinned: ReadonlyMap<string, PinnedVersion> },
  options: DeployOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const events = deploy({ ...request, trigger: 'manual', pinned }, options)
  while (true) {
    const { done, value } = await events.next()
    if (done === true) return value
    if (value.is === 'recorded') tellAudit(value)
    yield value
  }

  function tellAudit({ deployments }: DeployEvent & { is: 'recorded' }): void {
    for (const { app, process, id: deploymentId, groupId, dockerTag } of deployments) {
      const event: AuditEvent = {
        is: as,
        app,
        process,
        deploymentId,
        groupId,
        details: { dockerTag },
        ...(request.reason !== undefined && { reason: request.reason }),
      }
      options.ports.audit.tell(event)
    }
  }
}
