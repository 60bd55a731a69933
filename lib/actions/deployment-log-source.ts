import type { Deployment } from '../deployment/deployment.ts'
import type { LogPointer } from '../deployment/failure.ts'
import { failureOf } from '../deployment/projections.ts'
import { deploymentLogGroup } from '../names/aws.ts'
import { findDeployments } from './find-deployments.ts'
import type { Ports } from './ports.ts'
import type { LogSource } from './read-logs.ts'

/** Where a deployment's log is, and since when: of one step alone, or its own and that of the tasks that failed it. */
export async function deploymentLogSource(
  { app, id, step }: { app: string; id: string; step?: string },
  { records }: Pick<Ports, 'records'>,
): Promise<{ sources: readonly LogSource[]; from: number }> {
  const { deployments } = await findDeployments(app, id, records)
  const sources = deployments.flatMap(({ record }) => [
    { process: record.process, group: deploymentLogGroup(app), streamPrefix: `${record.id}/${step ?? ''}` },
    ...(step === undefined ? failedTaskLogs(record) : []),
  ])
  return { sources, from: Math.min(...deployments.map(({ record }) => record.createdAt)) }
}

/** Where the evidence is a log of the deployment's own, that is read already. */
function failedTaskLogs({ app, id, process, state }: Deployment): readonly LogSource[] {
  const isOwn = ({ group, stream }: LogPointer): boolean =>
    group === deploymentLogGroup(app) && stream.startsWith(`${id}/`)
  const failure = failureOf(state)
  const evidence = [...(failure?.evidence ?? []), ...(failure?.cause?.evidence ?? [])]
  const streams = new Map(
    evidence.flatMap(({ log }) =>
      log === undefined || isOwn(log) ? [] : [[log.stream, log.group] as const],
    ),
  )
  return [...streams].map(([streamPrefix, group]) => ({ process, group, streamPrefix }))
}
