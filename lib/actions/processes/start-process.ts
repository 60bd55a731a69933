import { Refusal } from '../../names/refusal.ts'
import { type AgainRequest, deployAgain } from '../deploy/deploy-again.ts'
import type { DeployEnd, DeployOptions } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import { pinnedTo } from '../plan/pinned-to.ts'
import { atRest } from './at-rest.ts'
import type { PinnedVersion } from '../plan/request.ts'

/** Starts processes that are stopped: the image that was live, with the configuration as it is now and as many tasks as there were. */
export async function* startProcesses(
  request: AgainRequest,
  options: DeployOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const pinned = await versionsToStart(request, options)
  return yield* deployAgain(request, { as: 'start', pinned }, options)
}

async function versionsToStart(
  request: AgainRequest,
  options: Pick<DeployOptions, 'ports' | 'observer'>,
): Promise<ReadonlyMap<string, PinnedVersion>> {
  const { app, services, present, pointers, stopped } = await atRest(request, options)
  const ids = services.map(({ process, service: { desired } }) => {
    const pointer = stopped.find(each => each.process === process)
    // Of a stop that was left half way the record alone may tell.
    const stopping = present.find(each => each.process === process && each.state.is === 'stopping')
    const id = pointer?.deploymentId ?? stopping?.id
    if (id !== undefined) return id
    const dockerTag = pointers.find(each => each.process === process)?.dockerTag
    if (dockerTag !== undefined && desired === 0) throw notWanted(app, process, dockerTag)
    throw notStopped(app, process, dockerTag)
  })
  const deployments = await options.ports.records.deployments(app, ids)
  return new Map(deployments.map(({ record }) => [record.process, pinnedTo(record)]))
}

/** Whoever set its count in ECS left no word of how many tasks there were. */
function notWanted(app: string, process: string, dockerTag: string): Refusal {
  return new Refusal({
    code: 'not_stopped',
    message: `${process} was not stopped by tapit: ${dockerTag} is active, and the desired count of its service is 0.`,
    advice: `tapit -a ${app} scale process=${process} count=1 starts a task of it.`,
  })
}

function notStopped(app: string, process: string, dockerTag: string | undefined): Refusal {
  return new Refusal({
    code: 'not_stopped',
    message:
      dockerTag === undefined
        ? `nothing that tapit deployed was stopped in ${process}, so there is nothing to start.`
        : `${process} is not stopped: ${dockerTag} is active.`,
    advice:
      dockerTag === undefined
        ? `tapit -a ${app} create deploy process=${process} deploys to it.`
        : `tapit -a ${app} restart process=${process} starts its tasks anew.`,
  })
}
