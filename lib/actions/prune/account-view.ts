import type { TaskDefinition } from '../../deployment/task-definition.ts'
import { batches, inParallel } from '../batches.ts'
import type { Ecs, Service, Task } from '../ports.ts'
import { Trouble } from '../trouble.ts'

/** What ECS runs in an account and region, whoever deployed it. */
export type AccountView = {
  readonly clusters: readonly ClusterView[]
  /** Each is read once: they never change. */
  definition(reference: string): Promise<TaskDefinition | undefined>
}

export type ClusterView = {
  readonly name: string
  readonly arn: string
  readonly services: readonly Service[]
  /** That are wanted to run, also those that have not started yet. */
  readonly tasks: readonly Task[]
}

const clustersAtOnce = 2
const callsAtOnce = 3
const servicesPerCall = 10
const tasksPerCall = 100

/** Reads all clusters. One that cannot be read throws: what it runs is not known then. */
export async function accountView(ecs: Ecs): Promise<AccountView> {
  const definitions = new Map<string, Promise<TaskDefinition | undefined>>()
  return {
    clusters: await inParallel(await ecs.clusterArns(), clustersAtOnce, arn => clusterView(arn, ecs)),
    definition: reference => {
      const known = definitions.get(reference) ?? ecs.taskDefinition(reference)
      definitions.set(reference, known)
      return known
    },
  }
}

async function clusterView(arn: string, ecs: Ecs): Promise<ClusterView> {
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  try {
    const [services, tasks] = await Promise.all([servicesOf(name, ecs), tasksOf(name, ecs)])
    return { name, arn, services, tasks }
  } catch (error) {
    // It was deleted meanwhile.
    if (error instanceof Trouble && error.awsCode === 'ClusterNotFoundException')
      return { name, arn, services: [], tasks: [] }
    throw error
  }
}

export async function servicesOf(cluster: string, ecs: Ecs): Promise<readonly Service[]> {
  const arns = await ecs.serviceArns(cluster)
  const answers = await inParallel(batches(arns, servicesPerCall), callsAtOnce, batch =>
    ecs.services(cluster, batch),
  )
  return answers.flat()
}

async function tasksOf(cluster: string, ecs: Ecs): Promise<readonly Task[]> {
  const arns = await ecs.taskArns({ cluster, desiredStatus: 'RUNNING', limit: Infinity })
  const answers = await inParallel(batches(arns, tasksPerCall), callsAtOnce, batch =>
    ecs.tasks(cluster, batch),
  )
  return answers.flat()
}
