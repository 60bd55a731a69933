import { deploymentLogGroup } from '../names/aws.ts'
import { findDeployments } from './find-deployments.ts'
import type { Ports } from './ports.ts'
import type { LogSource } from './read-logs.ts'

/** Where a deployment's own log is, of all its steps or one, and since when; also the log of the tasks that failed it. */
export async function deploymentLogSource(
  { app, id, step }: { app: string; id: string; step?: string },
  { records }: Pick<Ports, 'records'>,
): Promise<{ sources: readonly LogSource[]; from: number }> {
  const { deployments } = await findDeployments(app, id, records)
  const sources = deployments.flatMap(({ record }): readonly LogSource[] => {
    const own = {
      process: record.process,
      group: deploymentLogGroup(app),
      streamPrefix: `${record.id}/${step ?? ''}`,
    }
    return [own]
  })
  return { sources, from: Math.min(...deployments.map(({ record }) => record.createdAt)) }
}
