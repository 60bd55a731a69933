import { AwsError } from '../../wire/aws-error.ts'
import { pageOf } from '../../page-of.ts'
import type { ecs, EcsHandlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { arn } from '../arn.ts'
import { findTaskDefinition } from '../lookup.ts'
import type { TaskDefinitionRecord } from '../state.ts'
import { taskDefinitionView } from '../views/task-definition-view.ts'
import { checkTaskDefinition } from './check-task-definition.ts'
import { atMost } from './at-most.ts'
import type { Immediate } from '../immediate.ts'

type Operation =
  | 'RegisterTaskDefinition'
  | 'DescribeTaskDefinition'
  | 'ListTaskDefinitions'
  | 'ListTaskDefinitionFamilies'
  | 'DeregisterTaskDefinition'
  | 'DeleteTaskDefinitions'

const invalidToken = 'InvalidParameterException'

export function taskDefinitionHandlers(world: World): Immediate<EcsHandlers, Operation> {
  const { ecs } = world.state
  return {
    RegisterTaskDefinition: input => {
      checkTaskDefinition(input)
      const record = registered(world, input)
      ecs.taskDefinitions[record.arn] = record
      ecs.latestRevisions[record.family] = record.revision
      return { taskDefinition: taskDefinitionView(record), tags: [...record.tags] }
    },
    DescribeTaskDefinition: ({ taskDefinition = '', include = [] }) => {
      const record = described(world, taskDefinition)
      const tags = include.includes('TAGS') ? [...record.tags] : []
      return { taskDefinition: taskDefinitionView(record), tags }
    },
    ListTaskDefinitions: input => {
      const { familyPrefix, status = 'ACTIVE', sort = 'ASC', maxResults, nextToken: token } = input
      const records = Object.values(ecs.taskDefinitions)
        .filter(it => it.status === status && (familyPrefix === undefined || it.family === familyPrefix))
        .toSorted((one, other) => one.family.localeCompare(other.family) || one.revision - other.revision)
      const arns = (sort === 'DESC' ? records.toReversed() : records).map(it => it.arn)
      const { page, nextToken } = pageOf(arns, { token, size: maxResults, largest: 100, invalidToken })
      return { taskDefinitionArns: [...page], nextToken }
    },
    ListTaskDefinitionFamilies: ({ familyPrefix = '', status = 'ACTIVE', maxResults, nextToken: token }) => {
      const all = Object.values(ecs.taskDefinitions)
      const active = new Set(all.filter(it => it.status === 'ACTIVE').map(({ family }) => family))
      const families = [...new Set(all.map(({ family }) => family))]
        .filter(family => family.startsWith(familyPrefix))
        .filter(family => status === 'ALL' || active.has(family) === (status === 'ACTIVE'))
        .toSorted()
      const { page, nextToken } = pageOf(families, { token, size: maxResults, largest: 100, invalidToken })
      return { families: [...page], nextToken }
    },
    DeregisterTaskDefinition: ({ taskDefinition = '' }) => {
      if (!/:\d+$/.test(taskDefinition)) {
        throw new AwsError(
          'InvalidParameterException',
          'Task Definition can not be blank: a revision is required.',
        )
      }
      const record = described(world, taskDefinition)
      if (record.status === 'ACTIVE') {
        record.status = 'INACTIVE'
        record.deregisteredAt = world.clock.now()
      }
      return { taskDefinition: taskDefinitionView(record) }
    },
    DeleteTaskDefinitions: ({ taskDefinitions = [] }) => {
      atMost(10, taskDefinitions, 'taskDefinitions')
      const results = taskDefinitions.map(name => ({ name, record: findTaskDefinition(world, name) }))
      const deletable = results.flatMap(({ record }) => (record?.status === 'INACTIVE' ? record : []))
      for (const record of deletable) record.status = 'DELETE_IN_PROGRESS'
      return {
        taskDefinitions: deletable.map(taskDefinitionView),
        failures: results.flatMap(({ name, record }) =>
          record === undefined
            ? { arn: name, reason: 'The specified task definition does not exist.' }
            : deletable.includes(record)
              ? []
              : {
                  arn: record.arn,
                  reason:
                    'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
                },
        ),
      }
    },
  }
}

function described(world: World, name: string): TaskDefinitionRecord {
  const record = findTaskDefinition(world, name)
  if (record === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.')
  return record
}

function registered(world: World, input: ecs.RegisterTaskDefinitionRequest): TaskDefinitionRecord {
  const { family = '', tags = [], ...rest } = input
  const revision = (world.state.ecs.latestRevisions[family] ?? 0) + 1
  return {
    arn: arn(world, `task-definition/${family}:${revision}`),
    family,
    revision,
    status: 'ACTIVE',
    registeredAt: world.clock.now(),
    definition: withDefaults(rest),
    // What arrives over the wire is ours alone; a caller within the process may go on changing its object.
    tags: structuredClone(tags),
  }
}

/** ECS fills in empty lists, and what a task of this shape needs from its host. */
function withDefaults(input: Omit<ecs.RegisterTaskDefinitionRequest, 'family' | 'tags'>): ecs.TaskDefinition {
  const isFargate = input.requiresCompatibilities?.includes('FARGATE') ?? false
  const containerDefinitions = (input.containerDefinitions ?? []).map(container => ({
    cpu: 0,
    portMappings: [],
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    ...(container.portMappings === undefined
      ? {}
      : {
          portMappings: container.portMappings.map(mapping => ({
            hostPort: mapping.containerPort,
            protocol: 'tcp' as const,
            ...mapping,
          })),
        }),
  }))
  return structuredClone({
    volumes: [],
    placementConstraints: [],
    compatibilities: isFargate || input.networkMode === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EC2'],
    requiresAttributes: [],
    ...input,
    containerDefinitions,
  } satisfies ecs.TaskDefinition)
}
