import type { ecs, EcsHandlers } from '../../wire/handlers.ts'
import { AwsError } from '../../wire/aws-error.ts'
import { pageOf } from '../../page-of.ts'
import type { World } from '../../world.ts'
import { arn, lastPart } from '../arn.ts'
import { clusterNamed } from '../lookup.ts'
import type { ClusterRecord } from '../state.ts'
import { atMost } from './at-most.ts'
import type { Immediate } from '../immediate.ts'

type Operation = 'CreateCluster' | 'DescribeClusters' | 'ListClusters' | 'DeleteCluster'

export function clusterHandlers(world: World): Immediate<EcsHandlers, Operation> {
  const { clusters } = world.state.ecs
  return {
    CreateCluster: ({ clusterName: name = 'default', tags = [], settings = [] }) => {
      const known = clusters[name]
      if (known?.status === 'ACTIVE') return { cluster: view(world, known) }
      const cluster: ClusterRecord = {
        arn: arn(world, `cluster/${name}`),
        name,
        status: 'ACTIVE',
        settings,
        tags,
      }
      clusters[name] = cluster
      return { cluster: { ...view(world, cluster), tags: [...tags] } }
    },
    DescribeClusters: ({ clusters: names = ['default'], include = [] }) => {
      atMost(100, names, 'clusters')
      const found = names.map(name => ({ name, cluster: clusters[lastPart(name)] }))
      return {
        clusters: found.flatMap(({ cluster }) =>
          cluster === undefined
            ? []
            : {
                ...view(world, cluster),
                tags: include.includes('TAGS') ? [...cluster.tags] : [],
                settings: include.includes('SETTINGS') ? [...cluster.settings] : [],
              },
        ),
        failures: found.flatMap(({ name, cluster }) =>
          cluster === undefined ? { arn: arn(world, `cluster/${lastPart(name)}`), reason: 'MISSING' } : [],
        ),
      }
    },
    ListClusters: ({ maxResults, nextToken: token }) => {
      const arns = Object.values(clusters)
        .filter(({ status }) => status === 'ACTIVE')
        .map(cluster => cluster.arn)
      const { page, nextToken } = pageOf(arns, {
        token,
        size: maxResults,
        largest: 100,
        invalidToken: 'InvalidParameterException',
      })
      return { clusterArns: [...page], nextToken }
    },
    DeleteCluster: ({ cluster: name }) => {
      const cluster = clusterNamed(world, name)
      const { activeServicesCount = 0, runningTasksCount = 0, pendingTasksCount = 0 } = view(world, cluster)
      if (activeServicesCount > 0) {
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        )
      }
      if (runningTasksCount + pendingTasksCount > 0) {
        throw new AwsError(
          'ClusterContainsTasksException',
          'The Cluster cannot be deleted while Tasks are active.',
        )
      }
      cluster.status = 'INACTIVE'
      return { cluster: view(world, cluster) }
    },
  }
}

function view({ state }: World, { arn, name, status }: ClusterRecord): ecs.Cluster {
  const tasks = Object.values(state.ecs.tasks).filter(({ clusterArn }) => clusterArn === arn)
  const services = Object.values(state.ecs.services).filter(({ clusterArn }) => clusterArn === arn)
  return {
    clusterArn: arn,
    clusterName: name,
    status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) =>
      ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(lastStatus),
    ).length,
    activeServicesCount: services.filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [],
  }
}
