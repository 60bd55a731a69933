import { describe, expect, it } from 'vitest'
import { TestWorld } from './test-world.ts'

const named = (name: string, message?: unknown): unknown =>
  expect.objectContaining({ name, ...(message === undefined ? {} : { message }) })

const network = { awsvpcConfiguration: { subnets: ['subnet-1'] } }
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `name-${index}`)

describe('clusters', () => {
  it('are listed, described with their tags on request, and MISSING if there is none', () => {
    const { ecs } = new TestWorld()
    const tags = [{ key: 'tapit:environment', value: 'production' }]
    ecs.CreateCluster({ clusterName: 'shop', tags })

    expect(ecs.ListClusters({}).clusterArns).toEqual(['arn:aws:ecs:eu-west-1:123456789012:cluster/shop'])
    expect(ecs.DescribeClusters({ clusters: ['shop'] }).clusters?.[0]?.tags).toEqual([])
    expect(ecs.DescribeClusters({ clusters: ['shop'], include: ['TAGS'] }).clusters?.[0]?.tags).toEqual(tags)
    expect(ecs.DescribeClusters({ clusters: ['none'] }).failures).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/none', reason: 'MISSING' },
    ])
  })

  it('are not deleted while they have services', () => {
    const world = new TestWorld()
    world.steady()

    expect(() => world.ecs.DeleteCluster({ cluster: 'shop' })).toThrow(
      named('ClusterContainsServicesException'),
    )
    world.ecs.DeleteService({ cluster: 'shop', service: 'web', force: true })
    world.pass(5000)
    expect(world.ecs.DeleteCluster({ cluster: 'shop' }).cluster?.status).toBe('INACTIVE')
  })
})

describe('task definitions', () => {
  it('get revisions of their family, never twice', () => {
    const world = new TestWorld()
    const first = world.release('ok')
    const second = world.release('ok')
    world.ecs.DeregisterTaskDefinition({ taskDefinition: second })

    expect(first).toBe('arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1')
    expect(world.release('ok')).toMatch(/web:3$/)
    expect(world.ecs.ListTaskDefinitions({ familyPrefix: 'web', sort: 'DESC' }).taskDefinitionArns).toEqual([
      first.replace(/web:1$/, 'web:3'),
      first,
    ])
    expect(world.ecs.ListTaskDefinitionFamilies({}).families).toEqual(['web'])
  })

  it('are listed by family, status and order, in pages', () => {
    const world = new TestWorld()
    const arns = Array.from({ length: 12 }, () => world.release('ok'))
    world.release('ok', { family: 'web-template' })
    for (const taskDefinition of arns.slice(0, 2)) world.ecs.DeregisterTaskDefinition({ taskDefinition })
    const list = { familyPrefix: 'web', sort: 'DESC', maxResults: 6 } as const

    const first = world.ecs.ListTaskDefinitions(list)
    const second = world.ecs.ListTaskDefinitions({ ...list, nextToken: first.nextToken })
    const inactive = world.ecs.ListTaskDefinitions({ familyPrefix: 'web', status: 'INACTIVE' })

    const newestFirst = arns.slice(2).toReversed()
    expect(first.taskDefinitionArns).toEqual(newestFirst.slice(0, 6))
    expect(second).toEqual({ taskDefinitionArns: newestFirst.slice(6), nextToken: undefined })
    expect(inactive.taskDefinitionArns).toEqual(arns.slice(0, 2))
  })

  it.each([
    ['web', 2],
    ['web:1', 1],
    ['arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1', 1],
  ])('are found as %s', (taskDefinition, revision) => {
    const world = new TestWorld()
    world.release('ok')
    world.release('ok', { tags: [{ key: 'tapit:docker-tag', value: 'v1' }] })

    const answer = world.ecs.DescribeTaskDefinition({ taskDefinition, include: ['TAGS'] })

    expect(answer.taskDefinition?.revision).toBe(revision)
    expect(answer.tags).toHaveLength(revision - 1)
  })

  it('refuse what AWS refuses', () => {
    const world = new TestWorld()
    const image = world.push()
    const register = (options: object) => () => world.register(image, options)

    expect(register({ cpu: '256', memory: '4096' })).toThrow(
      named('ClientException', 'No Fargate configuration exists for given values.'),
    )
    expect(register({ cpu: undefined })).toThrow(
      named('ClientException', "Fargate requires that 'cpu' be defined at the task level."),
    )
    expect(register({ networkMode: 'bridge' })).toThrow(named('ClientException'))
    expect(register({ executionRoleArn: undefined })).toThrow(named('ClientException'))
    expect(register({ family: 'a b' })).toThrow(named('ClientException'))
    expect(register({ containerDefinitions: [] })).toThrow(
      named('ClientException', 'Container list cannot be empty.'),
    )
    expect(() => world.ecs.DescribeTaskDefinition({ taskDefinition: 'none' })).toThrow(
      named('ClientException', 'Unable to describe task definition.'),
    )
  })

  it.each([
    ['256', '512'],
    ['.5 vCPU', '1GB'],
    ['1 vCPU', '8 GB'],
    ['16384', '122880'],
  ])('accept %s CPU with %s memory', (cpu, memory) => {
    const world = new TestWorld()

    expect(world.register(world.push(), { cpu, memory })).toMatch(/web:1$/)
  })

  it('that are INACTIVE go on running, and are refused for what is new', () => {
    const world = new TestWorld()
    world.steady()
    const withdrawn = world.release('ok')
    world.ecs.DeregisterTaskDefinition({ taskDefinition: withdrawn })
    world.ecs.DeregisterTaskDefinition({ taskDefinition: 'web:1' })

    expect(() => world.update({ taskDefinition: withdrawn })).toThrow(
      named('ClientException', 'TaskDefinition is inactive'),
    )
    world.update({ desiredCount: 2 })
    world.pass(5000)
    expect(world.service.runningCount).toBe(2)
  })
})

describe('services', () => {
  it('are MISSING when they do not exist', () => {
    const world = new TestWorld()
    world.steady()

    const { services, failures } = world.ecs.DescribeServices({ cluster: 'shop', services: ['web', 'none'] })

    expect(services).toHaveLength(1)
    expect(failures).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:123456789012:service/shop/none', reason: 'MISSING' },
    ])
  })

  it('name what is wrong with a request', () => {
    const world = new TestWorld()
    world.steady()
    const { ecs } = world

    expect(() => ecs.DescribeServices({ cluster: 'none', services: ['web'] })).toThrow(
      named('ClusterNotFoundException', 'Cluster not found.'),
    )
    expect(() => ecs.UpdateService({ cluster: 'shop', service: 'none' })).toThrow(
      named('ServiceNotFoundException', 'Service not found.'),
    )
    expect(() => world.update({ taskDefinition: 'none' })).toThrow(
      named('ClientException', 'TaskDefinition not found.'),
    )
    expect(() => world.serve({ taskDefinition: 'web' })).toThrow(
      named('InvalidParameterException', 'Creation of service was not idempotent.'),
    )
    expect(() => ecs.DeleteService({ cluster: 'shop', service: 'web' })).toThrow(
      named('InvalidParameterException', 'The service cannot be stopped while it is scaled above 0.'),
    )
  })

  it('need a target group that a load balancer uses, and a container with that port', () => {
    const world = new TestWorld()
    const taskDefinition = world.release('ok')
    const { TargetGroups } = world.elb.CreateTargetGroup({ Name: 'alone' })
    const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn
    const attached = world.balance()
    const create = (loadBalancer: object) => () =>
      world.serve({ taskDefinition, loadBalancers: [loadBalancer] })

    expect(create({ targetGroupArn, containerName: 'app', containerPort: 8080 })).toThrow(
      named(
        'InvalidParameterException',
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      ),
    )
    expect(create({ targetGroupArn: attached, containerName: 'web', containerPort: 8080 })).toThrow(
      named('InvalidParameterException'),
    )
    expect(create({ targetGroupArn: attached, containerName: 'app', containerPort: 80 })).toThrow(
      named('InvalidParameterException'),
    )
  })

  it('drain when deleted, become INACTIVE, leave the list and can be created anew', () => {
    const world = new TestWorld()
    world.steady()

    world.ecs.DeleteService({ cluster: 'shop', service: 'web', force: true })
    world.pass(100)
    const draining = world.service.status
    expect(() => world.serve({ taskDefinition: 'web' })).toThrow(
      named('InvalidParameterException', 'Unable to Start a service that is still Draining.'),
    )
    world.pass(5000)

    expect([draining, world.service.status]).toEqual(['DRAINING', 'INACTIVE'])
    expect(world.ecs.ListServices({ cluster: 'shop' }).serviceArns).toEqual([])
    expect(() => world.update({ desiredCount: 2 })).toThrow(named('ServiceNotActiveException'))
    world.serve({ taskDefinition: 'web' })
    expect(world.finish()).toBe('SUCCESSFUL')
  })

  it('of CODE_DEPLOY refuse a task definition as AWS does', () => {
    const world = new TestWorld()
    world.serve({ taskDefinition: world.release('ok'), deploymentController: { type: 'CODE_DEPLOY' } })

    expect(() => world.deploy('ok')).toThrow(
      named(
        'InvalidParameterException',
        'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
      ),
    )
    world.pass(5000)
    expect(world.service.runningCount).toBe(1)
    expect(world.service.deployments?.[0]?.rolloutState).toBeUndefined()
  })

  it('of EXTERNAL and DAEMON can be met, and run nothing', () => {
    const world = new TestWorld()
    world.serve({ deploymentController: { type: 'EXTERNAL' } })
    world.ecs.CreateService({
      cluster: 'shop',
      serviceName: 'agent',
      taskDefinition: world.release('ok'),
      schedulingStrategy: 'DAEMON',
    })
    world.pass(10_000)

    const { services = [] } = world.ecs.DescribeServices({ cluster: 'shop', services: ['web', 'agent'] })
    expect(
      services.map(it => [it.schedulingStrategy, it.deploymentController?.type, it.runningCount]),
    ).toEqual([
      ['REPLICA', 'EXTERNAL', 0],
      ['DAEMON', 'ECS', 0],
    ])
  })

  it('page their list', () => {
    const world = new TestWorld()
    world.serve({ taskDefinition: world.release('ok') })
    for (const serviceName of names(12)) {
      world.ecs.CreateService({ cluster: 'shop', serviceName, taskDefinition: 'web', desiredCount: 0 })
    }

    const first = world.ecs.ListServices({ cluster: 'shop' })
    const second = world.ecs.ListServices({ cluster: 'shop', nextToken: first.nextToken })

    expect([first.serviceArns?.length, second.serviceArns?.length, second.nextToken]).toEqual([
      10,
      3,
      undefined,
    ])
  })
})

describe('limits', () => {
  it('are those of AWS', () => {
    const world = new TestWorld()
    world.steady()
    const { ecs } = world
    const invalid = named('InvalidParameterException')

    expect(() => ecs.DescribeServices({ cluster: 'shop', services: names(11) })).toThrow(invalid)
    expect(() => ecs.DescribeTasks({ cluster: 'shop', tasks: names(101) })).toThrow(invalid)
    expect(() => ecs.DescribeServiceDeployments({ serviceDeploymentArns: names(21) })).toThrow(invalid)
    expect(() => ecs.DescribeServiceRevisions({ serviceRevisionArns: names(21) })).toThrow(invalid)
    expect(() => ecs.RunTask({ cluster: 'shop', taskDefinition: 'web', count: 11 })).toThrow(invalid)
    expect(() => ecs.RunTask({ cluster: 'shop', taskDefinition: 'web', startedBy: 'x'.repeat(129) })).toThrow(
      invalid,
    )
    expect(() => ecs.ListTasks({ cluster: 'shop', startedBy: 'me', family: 'web' })).toThrow(invalid)
  })
})

describe('service deployments', () => {
  it('are listed newest first, by status and by time, and paged', () => {
    const world = new TestWorld()
    world.steady()
    world.pass(1000)
    const { createdAt: first } = world.deployment
    for (const salt of ['second', 'third']) {
      world.deploy('ok', { salt })
      world.finish()
      world.pass(1000)
    }
    world.deploy('crash')
    const list = (options: object = {}) =>
      world.ecs.ListServiceDeployments({ cluster: 'shop', service: 'web', ...options })

    expect(list().serviceDeployments?.map(({ status }) => status)).toEqual([
      'PENDING',
      'SUCCESSFUL',
      'SUCCESSFUL',
      'SUCCESSFUL',
    ])
    expect(list({ status: ['PENDING'] }).serviceDeployments).toHaveLength(1)
    expect(list({ createdAt: { before: first } }).serviceDeployments).toHaveLength(1)
    const page = list({ maxResults: 3 })
    expect(list({ maxResults: 3, nextToken: page.nextToken }).serviceDeployments).toHaveLength(1)
  })

  it('and revisions that do not exist are MISSING', () => {
    const { ecs } = new TestWorld()
    const failures = [{ arn: 'arn:none', reason: 'MISSING' }]

    expect(ecs.DescribeServiceDeployments({ serviceDeploymentArns: ['arn:none'] }).failures).toEqual(failures)
    expect(ecs.DescribeServiceRevisions({ serviceRevisionArns: ['arn:none'] }).failures).toEqual(failures)
  })
})

describe('tasks', () => {
  it('pass through all statuses, with their times', () => {
    const world = new TestWorld()
    const seen = new Set<string | undefined>()
    world.balance()
    world.serve({ taskDefinition: world.release('ok') })
    const follow = () => seen.add(world.tasks[0]?.lastStatus)
    world.until(() => follow().has('RUNNING'))
    world.until(() => world.service.deployments?.[0]?.rolloutState === 'COMPLETED')
    world.update({ desiredCount: 0 })
    world.until(() => follow().has('STOPPED'))

    const [task] = world.tasks
    expect([...seen]).toEqual([
      undefined,
      'PROVISIONING',
      'PENDING',
      'ACTIVATING',
      'RUNNING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ])
    const times = [
      task?.createdAt,
      task?.connectivityAt,
      task?.pullStartedAt,
      task?.pullStoppedAt,
      task?.startedAt,
      task?.stoppingAt,
      task?.executionStoppedAt,
      task?.stoppedAt,
    ].map(time => time?.getTime() ?? Number.NaN)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(task?.attachments?.[0]?.details).toContainEqual({
      name: 'privateIPv4Address',
      value: expect.stringMatching(/^10\.0\./),
    })
  })

  it.each([
    ['ok', 0],
    ['crash', 1],
    ['oom', 137],
  ] as const)('that are run once exit as their image does: %s with %i', (behaviour, exitCode) => {
    const world = new TestWorld()
    world.ecs.CreateCluster({ clusterName: 'shop' })
    const taskDefinition = world.release(behaviour)

    const { tasks } = world.ecs.RunTask({
      cluster: 'shop',
      taskDefinition,
      count: 2,
      startedBy: 'tapit',
      networkConfiguration: network,
    })
    world.pass(10_000)

    expect(tasks).toHaveLength(2)
    expect(world.tasks.map(it => it.containers?.[0]?.exitCode)).toEqual([exitCode, exitCode])
    expect(world.tasks[0]).toMatchObject({ group: 'family:web', startedBy: 'tapit', lastStatus: 'STOPPED' })
  })

  it.each<[readonly string[], number, readonly string[]]>([
    [['echo', 'hello', 'world'], 0, ['hello world']],
    [['exit', '3'], 3, []],
    [['sh', '-c', 'echo one && echo "two"; exit 4; echo three'], 4, ['one', 'two']],
    [['/bin/sh', '-c', 'false && echo never'], 1, []],
    [['true'], 0, []],
    [['node', 'migrate.js'], 9, ['table is locked']],
    [['sh', '-c', 'node migrate.js; echo after'], 9, ['table is locked']],
  ])(
    'understand a few commands, and of all others the image says what comes of them: %j',
    (command, exitCode, said) => {
      const world = new TestWorld()
      world.ecs.CreateCluster({ clusterName: 'shop' })
      const taskDefinition = world.register(world.push({ once: { exitCode: 9, log: ['table is locked'] } }), {
        container: {
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/shop',
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'shop',
            },
          },
        },
      })

      world.ecs.RunTask({
        cluster: 'shop',
        taskDefinition,
        networkConfiguration: network,
        overrides: { containerOverrides: [{ name: 'app', command: [...command] }] },
      })
      world.pass(10_000)

      const lines = Object.values(world.world.state.logs.groups['/shop']?.streams ?? {}).flatMap(
        ({ events }) => events.map(({ message }) => message),
      )
      expect(world.tasks[0]?.containers?.[0]?.exitCode).toBe(exitCode)
      expect(lines).toEqual(said)
    },
  )

  it('run for as long as they sleep', () => {
    const world = new TestWorld()
    world.ecs.CreateCluster({ clusterName: 'shop' })
    world.ecs.RunTask({
      cluster: 'shop',
      taskDefinition: world.release('ok'),
      networkConfiguration: network,
      overrides: { containerOverrides: [{ name: 'app', command: ['sleep', '600'] }], memory: '2048' },
    })

    world.pass(599_000)
    const before = world.tasks[0]?.lastStatus
    world.pass(20_000)

    expect([before, world.tasks[0]?.lastStatus]).toEqual(['RUNNING', 'STOPPED'])
    expect(world.tasks[0]).toMatchObject({ memory: '2048', cpu: '256' })
  })

  it('are started once by one token, however often it is sent', () => {
    const world = new TestWorld()
    world.ecs.CreateCluster({ clusterName: 'shop' })
    const request = {
      cluster: 'shop',
      taskDefinition: world.release('ok'),
      networkConfiguration: network,
      clientToken: 'once',
    }

    const first = world.ecs.RunTask(request)
    const again = world.ecs.RunTask(request)

    expect(again.tasks?.map(({ taskArn }) => taskArn)).toEqual(first.tasks?.map(({ taskArn }) => taskArn))
    expect(world.tasks).toHaveLength(1)
    expect(() =>
      world.ecs.RunTask({
        ...request,
        clientToken: 'other',
        launchType: 'FARGATE',
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
      }),
    ).toThrow(named('InvalidParameterException'))
  })

  it('let people in where they were started so, and only into a container that runs', () => {
    const world = new TestWorld()
    world.ecs.CreateCluster({ clusterName: 'shop' })
    const run = { cluster: 'shop', taskDefinition: world.release('ok'), networkConfiguration: network }
    const { tasks: [open] = [] } = world.ecs.RunTask({
      ...run,
      enableExecuteCommand: true,
      overrides: { containerOverrides: [{ name: 'app', command: ['sleep', '60'] }] },
    })
    const { tasks: [closed] = [] } = world.ecs.RunTask(run)
    const enter = (more: object = {}) =>
      world.ecs.ExecuteCommand({
        cluster: 'shop',
        task: open?.taskArn,
        command: '/bin/sh',
        interactive: true,
        ...more,
      })
    const refused = named('InvalidParameterException')
    expect(() => enter()).toThrow(
      named('InvalidParameterException', expect.stringContaining('agent isn’t running')),
    )
    world.pass(2000)

    const { session, containerName } = enter()

    expect(containerName).toBe('app')
    expect(session).toEqual({
      sessionId: expect.stringMatching(/^ecs-execute-command-/),
      streamUrl: expect.stringMatching(/^wss:\/\/ssmmessages\.eu-west-1\./),
      tokenValue: expect.any(String),
    })
    expect(world.tasks.map(({ containers }) => containers?.[0]?.managedAgents?.[0]?.lastStatus)).toEqual([
      'RUNNING',
      undefined,
    ])
    expect(() => enter({ task: closed?.taskArn })).toThrow(refused)
    expect(() => enter({ task: 'none' })).toThrow(refused)
    expect(() => enter({ container: 'none' })).toThrow(refused)
    expect(() => enter({ interactive: false })).toThrow(refused)
    expect(() => enter({ command: '' })).toThrow(refused)
  })

  it('are listed by what they should be doing, and by service, family or starter', () => {
    const world = new TestWorld()
    world.steady()
    const { id: startedBy } = world.service.deployments?.[0] ?? {}
    world.deploy('ok', { family: 'other' })
    world.pass(10_000)
    const list = (options: object) => world.ecs.ListTasks({ cluster: 'shop', ...options }).taskArns?.length

    expect(list({})).toBe(1)
    expect(list({ serviceName: 'web' })).toBe(1)
    expect(list({ desiredStatus: 'STOPPED', serviceName: 'web' })).toBe(1)
    expect(list({ desiredStatus: 'PENDING' })).toBe(0)
    expect(list({ family: 'other' })).toBe(1)
    expect(list({ startedBy })).toBe(0)
    expect(list({ startedBy, desiredStatus: 'STOPPED' })).toBe(1)
  })

  it('that have stopped are remembered for an hour', () => {
    const world = new TestWorld()
    world.steady()
    world.update({ desiredCount: 0 })
    world.pass(59 * 60_000)
    const remembered = world.tasks.length
    world.pass(2 * 60_000)

    expect([remembered, world.tasks.length]).toEqual([1, 0])
  })

  it('that a user stops are replaced, and say so', () => {
    const world = new TestWorld()
    world.steady()
    const { taskArn } = world.tasks[0] ?? {}

    world.ecs.StopTask({ cluster: 'shop', task: taskArn, reason: 'a look inside' })
    world.pass(5000)

    expect(world.tasks.find(it => it.taskArn === taskArn)).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'a look inside',
      lastStatus: 'STOPPED',
    })
    expect(world.service.runningCount).toBe(1)
    expect(() => world.ecs.StopTask({ cluster: 'shop', task: 'none' })).toThrow(
      named('InvalidParameterException', 'The referenced task was not found.'),
    )
  })

  it('log a line when they start, and then now and then', () => {
    const world = new TestWorld()
    world.steady()
    world.pass(3_600_000)

    const lines = world.logLines()
    expect(lines[0]).toBe('listening on port 8080')
    expect(lines.length).toBeGreaterThan(3)
    expect(lines.length).toBeLessThan(20)
  })
})

describe('tags', () => {
  it('are added, replaced and removed by ARN', () => {
    const world = new TestWorld()
    world.steady()
    const { serviceArn: resourceArn } = world.service

    world.ecs.TagResource({ resourceArn, tags: [{ key: 'a', value: '1' }] })
    world.ecs.TagResource({
      resourceArn,
      tags: [
        { key: 'a', value: '2' },
        { key: 'b', value: '3' },
      ],
    })
    world.ecs.UntagResource({ resourceArn, tagKeys: ['b'] })

    expect(world.ecs.ListTagsForResource({ resourceArn }).tags).toEqual([{ key: 'a', value: '2' }])
    const { services } = world.ecs.DescribeServices({ cluster: 'shop', services: ['web'], include: ['TAGS'] })
    expect(services?.[0]?.tags).toEqual([{ key: 'a', value: '2' }])
    expect(world.service.tags).toBeUndefined()
  })
})

describe('eventual consistency', () => {
  it('shows the service as it was before the update, for as long as a test wants', () => {
    const world = new TestWorld()
    world.steady()
    const before = world.service
    world.world.state.ecs.consistency = { staleReadsAfterUpdateMs: 3000, hideServiceDeploymentMs: 0 }

    world.deploy('ok')
    world.pass(2900)
    const stale = world.service
    world.pass(200)

    expect(stale).toEqual(before)
    expect(world.service.taskDefinition).not.toBe(before.taskDefinition)
  })

  it('hides a new service deployment from the list and from its service', () => {
    const world = new TestWorld()
    world.steady()
    const before = world.deployment.serviceDeploymentArn
    world.world.state.ecs.consistency = { staleReadsAfterUpdateMs: 0, hideServiceDeploymentMs: 2000 }

    world.deploy('ok')
    world.pass(1000)
    const hidden = [world.deployment.serviceDeploymentArn, world.service.currentServiceDeployment]
    world.pass(1100)

    expect(hidden).toEqual([before, undefined])
    expect(world.service.currentServiceDeployment).toBe(world.deployment.serviceDeploymentArn)
    expect(world.deployment.serviceDeploymentArn).not.toBe(before)
  })
})
