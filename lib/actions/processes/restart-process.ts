import { revisionName } from '../../deployment/task-definition.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import type { AppService } from '../services/app-services.ts'
import { type AgainRequest, deployAgain } from '../deploy/deploy-again.ts'
import type { DeployEnd, DeployOptions } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import { pinnedTo } from '../plan/pinned-to.ts'
import { atRest } from './at-rest.ts'
import type { PinnedVersion } from '../plan/request.ts'
import { stoppedAlready } from './stopped-already.ts'

/** Replaces the tasks of processes by new ones of the same image and task definition: deployments like any other, with their way back. */
export async function* restartProcesses(
  request: AgainRequest,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const pinned = await versionsThatRun(request, options)
  return yield* deployAgain(request, { as: 'restart', pinned }, options)
}

async function versionsThatRun(
  request: AgainRequest,
  options: Pick<DeployOptions, 'ports' | 'observer'>,
): Promise<ReadonlyMap<string, PinnedVersion>> {
  const { app, services, pointers, stopped } = await atRest(request, options)
  const running = services.map(each => {
    const already = stopped.find(({ process }) => process === each.process)
    if (already !== undefined) throw stoppedAlready(already)
    return runningOf(app, each, pointers)
  })
  const deployments = await options.ports.records.deployments(
    app,
    running.map(({ deploymentId }) => deploymentId),
  )
  return new Map(
    deployments.map(({ record }) => {
      const taskDefinition = running.find(({ process }) => process === record.process)?.taskDefinition
      return [
        record.process,
        { ...pinnedTo(record), ...(taskDefinition !== undefined && { taskDefinition }) },
      ]
    }),
  )
}

/** What runs, if it is what tapit deployed last: anything else would be replaced, not restarted. */
function runningOf(app: string, { process, service }: AppService, pointers: readonly Pointer[]): Pointer {
  const pointer = pointers.find(each => each.process === process)
  if (pointer === undefined)
    throw new Refusal({
      code: 'nothing_active',
      message: `nothing that tapit deployed is active in ${process}, so there is nothing to restart.`,
      advice: `tapit -a ${app} create deploy process=${process} deploys to it.`,
    })
  if (service.taskDefinition === pointer.taskDefinition) return pointer
  throw new Refusal({
    code: 'changed_outside',
    message: `${process} runs ${revisionName(service.taskDefinition)}, which is not the active deployment (${pointer.deploymentId}, ${pointer.dockerTag}): a restart would replace it.`,
    advice: `tapit -a ${app} create deploy process=${process} docker_tag=… deploys what should run.`,
  })
}
