import { defaultEnvironment, clusterName, tagKeys } from '../../names/aws.ts'
import { nearest } from '../../names/nearest.ts'
import { Refusal } from '../../names/refusal.ts'
import { batches } from '../batches.ts'
import { environmentOf } from './environment-of.ts'
import type { Cluster, Ecs, Service } from '../ports.ts'

/** One process as its service in ECS. */
export type AppService = { readonly process: string; readonly service: Service }

export type AppServices = {
  readonly cluster: Cluster
  readonly environment: string
  readonly services: readonly AppService[]
  /** Services of the cluster that tapit keeps its hands off, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
}

const servicesPerCall = 10

/** Reads an app's cluster and its services, those of the named processes or all; refuses what does not exist, naming the nearest. */
export async function appServices(
  ecs: Ecs,
  { app, environment, processes }: { app: string; environment?: string; processes?: readonly string[] },
): Promise<AppServices> {
  const name = clusterName(app, environment)
  const cluster = (await ecs.cluster(name)) ?? (await refuseUnknownApp(ecs, name))
  const arns = await ecs.serviceArns(cluster.name)
  const answers = await Promise.all(
    batches(arns, servicesPerCall).map(batch => ecs.services(cluster.name, batch)),
  )
  const { named, leftOut } = nameProcesses(answers.flat())
  if (named.length === 0) refuseEmptyApp(cluster, leftOut)
  return {
    cluster,
    environment: environmentOf(cluster) ?? environment ?? defaultEnvironment,
    services: processes === undefined ? named : pick(named, processes, cluster),
    leftOut,
  }
}

function nameProcesses(services: readonly Service[]): {
  named: readonly AppService[]
  leftOut: AppServices['leftOut']
} {
  const isIgnored = ({ tags }: Service): boolean => tags[tagKeys.ignore] === 'true'
  const named = services
    .filter(service => !isIgnored(service))
    .map(service => ({ process: service.tags[tagKeys.process] ?? service.name, service }))
    .toSorted((a, b) => a.process.localeCompare(b.process, 'en'))
  const twice = named.find(({ process }, index) => named[index - 1]?.process === process)
  if (twice) {
    throw new Refusal({
      code: 'ambiguous_process',
      message: `two services of the cluster say that they are the process "${twice.process}".`,
      advice: `Give one of them another ${tagKeys.process} tag, or ${tagKeys.ignore}=true.`,
    })
  }
  const leftOut = services.filter(isIgnored).map(({ name }) => ({ name, why: `${tagKeys.ignore}=true` }))
  return { named, leftOut }
}

function pick(
  named: readonly AppService[],
  wanted: readonly string[],
  cluster: Cluster,
): readonly AppService[] {
  const all = named.map(({ process }) => process)
  const unknown = wanted.find(process => !all.includes(process))
  if (unknown !== undefined) {
    const [guess] = nearest(unknown, all)
    throw new Refusal({
      code: 'unknown_process',
      message: `there is no process "${unknown}" in ${cluster.name}.${guess === undefined ? '' : ` Did you mean ${guess}?`}`,
      advice: `Its processes: ${all.slice(0, 20).join(', ')}${all.length > 20 ? `, … (${all.length})` : ''}`,
    })
  }
  return named.filter(({ process }) => wanted.includes(process))
}

async function refuseUnknownApp(ecs: Ecs, name: string): Promise<never> {
  const [guess] = nearest(name, await ecs.clusterNames())
  throw new Refusal({
    code: 'unknown_app',
    message: `there is no app (ECS cluster) "${name}" in this account and Region.${guess === undefined ? '' : ` Did you mean ${guess}?`}`,
    advice: 'Check -a and -e, and AWS_PROFILE and AWS_REGION; aws ecs list-clusters shows what is there.',
  })
}

function refuseEmptyApp({ name }: Cluster, leftOut: AppServices['leftOut']): never {
  const ignored =
    leftOut.length === 0 ? '' : ` that tapit may touch (${leftOut.length} carry ${tagKeys.ignore}=true)`
  throw new Refusal({
    code: 'no_processes',
    message: `the cluster "${name}" has no services${ignored}, so there is no process to deploy to.`,
    advice: 'Create its services first (cdk deploy), then deploy to them.',
  })
}
