import { pageOf } from '../../page-of.ts'
import { AwsError } from '../../wire/aws-error.ts'
import type { ecs, EcsHandlers } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { arn, lastPart } from '../arn.ts'
import { identifiers } from '../identifiers.ts'
import { clusterNamed, runnableTaskDefinition, serviceNamed, taskNamed } from '../lookup.ts'
import type { TaskRecord } from '../state.ts'
import { launchTask } from '../task/launch-task.ts'
import { stopTask } from '../task/stop-task.ts'
import { taskView } from '../views/task-view.ts'
import { notice } from '../wake-service.ts'
import { atMost } from './at-most.ts'
import type { Immediate } from '../immediate.ts'

type Operation = 'ListTasks' | 'DescribeTasks' | 'RunTask' | 'StopTask' | 'ExecuteCommand'

export function taskHandlers(world: World): Immediate<EcsHandlers, Operation> {
  return {
    ListTasks: input => {
      const { maxResults = 100, nextToken: token } = input
      const arns = listed(world, input).map(task => task.arn)
      const { page, nextToken } = pageOf(arns, {
        token,
        size: maxResults,
        largest: 100,
        invalidToken: 'InvalidParameterException',
      })
      return { taskArns: [...page], nextToken }
    },
    DescribeTasks: ({ cluster: clusterName, tasks: names = [], include = [] }) => {
      if (names.length === 0) throw new AwsError('InvalidParameterException', 'Tasks cannot be empty.')
      atMost(100, names, 'tasks')
      const cluster = clusterNamed(world, clusterName)
      const found = names.map(name => ({ name, task: taskNamed(world, cluster, name) }))
      return {
        tasks: found.flatMap(({ task }) =>
          task === undefined
            ? []
            : { ...taskView(world, task), tags: include.includes('TAGS') ? [...task.tags] : [] },
        ),
        failures: found.flatMap(({ name, task }) =>
          task === undefined
            ? { arn: arn(world, `task/${cluster.name}/${lastPart(name)}`), reason: 'MISSING' }
            : [],
        ),
      }
    },
    RunTask: input => ({ tasks: run(world, input).map(task => taskView(world, task)), failures: [] }),
    StopTask: ({ cluster, task: name = '', reason = 'Task stopped by user' }) => {
      const task = taskNamed(world, clusterNamed(world, cluster), name)
      if (task === undefined) {
        throw new AwsError('InvalidParameterException', 'The referenced task was not found.')
      }
      const at = world.clock.now()
      stopTask(world, { task, at, stopCode: 'UserInitiated', reason })
      if (task.serviceArn !== undefined) notice(world, { serviceArn: task.serviceArn, at })
      return { task: taskView(world, task) }
    },
    ExecuteCommand: input => executed(world, input),
  }
}

function listed(world: World, input: ecs.ListTasksRequest): readonly TaskRecord[] {
  const { family, startedBy, serviceName, desiredStatus = 'RUNNING', launchType } = input
  const cluster = clusterNamed(world, input.cluster)
  // "When you specify startedBy as the filter, it must be the only filter that you use."
  if (startedBy !== undefined && (family !== undefined || serviceName !== undefined)) {
    throw new AwsError('InvalidParameterException', 'startedBy cannot be combined with other filters.')
  }
  if (serviceName !== undefined && family !== undefined) {
    throw new AwsError('InvalidParameterException', 'cannot specify both serviceName and family')
  }
  const service =
    serviceName === undefined ? undefined : serviceNamed(world, { ...input, service: serviceName })
  return Object.values(world.state.ecs.tasks)
    .filter(task => task.clusterArn === cluster.arn && task.desiredStatus === desiredStatus)
    .filter(task => service === undefined || task.serviceArn === service.arn)
    .filter(task => startedBy === undefined || task.startedBy === startedBy)
    .filter(task => launchType === undefined || task.launchType === launchType)
    .filter(task => family === undefined || familyOf(task) === family)
}

/** A session as ECS answers it. Nothing listens behind its address: the sandbox runs no commands. */
function executed(
  world: World,
  {
    cluster: clusterName,
    task: name = '',
    container: wanted,
    command,
    interactive,
  }: Partial<ecs.ExecuteCommandRequest>,
): Partial<ecs.ExecuteCommandResponse> {
  const cluster = clusterNamed(world, clusterName)
  const task = taskNamed(world, cluster, name)
  if (task === undefined)
    throw new AwsError('InvalidParameterException', 'The referenced task was not found.')
  const isOnly = task.containers.length === 1
  const container = task.containers.find(each => each.name === wanted || (wanted === undefined && isOnly))
  if (container === undefined) {
    throw new AwsError(
      'InvalidParameterException',
      wanted === undefined
        ? 'A container name must be specified when the task has more than one container.'
        : `The container ${wanted} does not exist in the task.`,
    )
  }
  if (command === undefined || command === '')
    throw new AwsError('InvalidParameterException', 'Command cannot be empty.')
  if (interactive !== true)
    throw new AwsError('InvalidParameterException', 'Interactive is the only mode supported currently.')
  if (!task.enableExecuteCommand || container.lastStatus !== 'RUNNING') {
    throw new AwsError(
      'InvalidParameterException',
      'The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.',
    )
  }
  const sessionId = `ecs-execute-command-${identifiers.hex(world.state.ecs).slice(0, 17)}`
  return {
    clusterArn: cluster.arn,
    taskArn: task.arn,
    containerArn: `${task.arn.replace(':task/', ':container/')}/${container.runtimeId}`,
    containerName: container.name,
    interactive,
    session: {
      sessionId,
      streamUrl: `wss://ssmmessages.${world.region}.amazonaws.com/v1/data-channel/${sessionId}?role=publish_subscribe`,
      tokenValue: identifiers.hex(world.state.ecs),
    },
  }
}

function familyOf({ taskDefinition }: TaskRecord): string {
  return lastPart(taskDefinition).replace(/:\d+$/, '')
}

function run(world: World, input: ecs.RunTaskRequest): readonly TaskRecord[] {
  const { count = 1, startedBy, clientToken, tags = [], overrides } = input
  const cluster = clusterNamed(world, input.cluster)
  const known = Object.values(world.state.ecs.tasks).filter(
    task => clientToken !== undefined && task.clientToken === clientToken && task.clusterArn === cluster.arn,
  )
  if (known.length > 0) return known
  const taskDefinition = runnableTaskDefinition(world, input.taskDefinition ?? '')
  if (count < 1 || count > 10) {
    throw new AwsError('InvalidParameterException', 'count must be between 1 and 10')
  }
  if ((startedBy?.length ?? 0) > 128) {
    throw new AwsError('InvalidParameterException', 'startedBy must not be longer than 128 characters')
  }
  if (JSON.stringify(overrides ?? {}).length > 8192) {
    throw new AwsError('InvalidParameterException', 'overrides must not be longer than 8192 characters')
  }
  const { networkMode, containerDefinitions = [] } = taskDefinition.definition
  if (networkMode === 'awsvpc' && input.networkConfiguration?.awsvpcConfiguration === undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    )
  }
  const names = containerDefinitions.map(({ name }) => name)
  for (const { name } of overrides?.containerOverrides ?? []) {
    if (!names.includes(name)) {
      throw new AwsError(
        'InvalidParameterException',
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      )
    }
  }
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    )
  }
  return Array.from({ length: count }, () =>
    launchTask(world, {
      cluster,
      taskDefinition,
      at: world.clock.now(),
      group: input.group ?? `family:${taskDefinition.family}`,
      startedBy,
      clientToken,
      networkConfiguration: input.networkConfiguration,
      launchType: input.launchType,
      platformVersion: input.platformVersion,
      overrides,
      enableExecuteCommand: input.enableExecuteCommand,
      tags: [...(input.propagateTags === 'TASK_DEFINITION' ? taskDefinition.tags : []), ...tags],
    }),
  )
}
