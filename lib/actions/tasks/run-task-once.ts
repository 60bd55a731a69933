import type { Ports } from '../ports.ts'
import { type RunTaskOptions, type TaskEnd, runTask } from './run-task.ts'
import { withRunRevision } from './run-task-revision.ts'
import { runTaskStarter } from './run-task-starter.ts'
import type { RunRequest, RunWish } from './run-task-wish.ts'

export type RunOnceOptions = Pick<RunTaskOptions, 'signal' | 'detached' | 'tell'> & { readonly ports: Ports }

/** Runs what somebody wants to run once, with the image that is deployed or another one. */
export async function runTaskOnce(
  { command, cpu, memory }: RunRequest,
  { app, process, service, container, definition, image, dockerTag, imageDigest }: RunWish,
  { ports, tell, ...options }: RunOnceOptions,
): Promise<TaskEnd> {
  const startedBy = runTaskStarter('run', await ports.identity.caller())
  const run = (of: RunWish['definition']): Promise<TaskEnd> =>
    runTask(
      {
        definition: of,
        cluster: service.cluster,
        container,
        command,
        placement: service.placement ?? {},
        startedBy,
        ...(cpu !== undefined && { cpu }),
        ...(memory !== undefined && { memory }),
      },
      {
        ...options,
        ports,
        tell: news => {
          if (news.is === 'asked')
            ports.audit.tell({
              is: 'run',
              app,
              process,
              ...(dockerTag !== undefined && { dockerTag }),
              ...(imageDigest !== undefined && { imageDigest }),
              details: { task: news.task.id },
            })
          tell(news)
        },
      },
    )
  if (image === undefined) return run(definition)
  return withRunRevision({ app, process, from: definition, container, ...image }, ports, run)
}
