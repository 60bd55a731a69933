import type { Deployment } from '../../deployment/deployment.ts'
import type { LogPointer } from '../../deployment/failure.ts'
import { failureOf, isSettled, stepsOf } from '../../deployment/projections.ts'
import { deploymentLogGroup } from '../../names/aws.ts'
import type { Stored } from '../../records/records.ts'
import { findDeployments } from '../history/find-deployments.ts'
import { isForgotten } from '../leases/lease-age.ts'
import type { Observer } from '../observe/observer.ts'
import type { Ports } from '../ports.ts'
import type { LogSource } from './read-logs.ts'
import { reconcile } from '../settle/reconcile.ts'

type Wish = { readonly app: string; readonly id: string; readonly step?: string }

type Means = {
  readonly ports: Pick<Ports, 'records' | 'clock' | 'ecs' | 'scaling' | 'newToken'>
  readonly observer: Observer
}

export type DeploymentLogSource = {
  readonly sources: readonly LogSource[]
  readonly from: number
  /** Whether nothing more is logged: all have come to their ends, or the step has. */
  isOver(): Promise<boolean>
}

/** Where a deployment's log is, and since when: of one step alone, or its own and that of the tasks that failed it. */
export async function deploymentLogSource(
  { app, id, step }: Wish,
  means: Means,
): Promise<DeploymentLogSource> {
  const { deployments } = await findDeployments(app, id, means.ports.records)
  const sources = deployments.flatMap(({ record }) => [
    { process: record.process, group: deploymentLogGroup(app), streamPrefix: `${record.id}/${step ?? ''}` },
    ...(step === undefined ? failedTaskLogs(record) : []),
  ])
  const ids = deployments.map(({ record }) => record.id)
  return {
    sources,
    from: Math.min(...deployments.map(({ record }) => record.createdAt)),
    isOver: whetherOver({ app, ids, step }, means),
  }
}

/** Between two looks at what nobody follows, in milliseconds: each asks ECS several times. */
const betweenLooks = 10_000

/** Reads the records. Where nobody follows them (a deploy without `--wait`, a dead command) they would stay as they are: these are brought up to date. */
function whetherOver(
  { app, ids, step }: { readonly app: string; readonly ids: readonly string[]; readonly step?: string },
  { ports, observer }: Means,
): () => Promise<boolean> {
  const isOpen = ({ record }: Stored<Deployment>): boolean => !isDone(record, step)
  let lookedAt = ports.clock.now()
  return async () => {
    const open = (await ports.records.deployments(app, ids)).filter(isOpen)
    if (open.length === 0 || ports.clock.now() - lookedAt < betweenLooks) return open.length === 0
    lookedAt = ports.clock.now()
    const leases = await ports.records.leases(app)
    const isFollowed = ({ record: { id } }: Stored<Deployment>): boolean =>
      leases.some(lease => lease.deploymentId === id && !isForgotten(lease, ports.clock.now()))
    const unattended = open.filter(each => !isFollowed(each))
    const present = await reconcile(unattended, { ports, observer, unattended: true })
    return open.length === unattended.length && !present.some(isOpen)
  }
}

/** A step that never comes is over with its deployment. */
function isDone(deployment: Deployment, step: string | undefined): boolean {
  if (isSettled(deployment.state)) return true
  const own = stepsOf(deployment).find(({ name }) => name === step)
  return own?.finishedAt !== undefined || own?.status === 'skipped'
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
