import { describe, expect, it } from 'vitest'
import { alarmState } from '../../../lib/sandbox/cloudwatch/alarm-state.ts'
import type { Behaviour } from '../../../lib/sandbox/ecr/behaviour.ts'
import { interruptTask } from '../../../lib/sandbox/ecs/interrupt-task.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import { start, TestWorld } from './test-world.ts'

const breakerReason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.'

describe('how a task fails', () => {
  it.each<[Behaviour, Record<string, unknown>]>([
    [
      'crash',
      { stopCode: 'EssentialContainerExited', reason: 'Essential container in task exited', exitCode: 1 },
    ],
    [
      'oom',
      {
        stopCode: 'EssentialContainerExited',
        reason: 'Essential container in task exited',
        exitCode: 137,
        containerReason: 'OutOfMemoryError: Container killed due to memory usage',
      },
    ],
    [
      'wrong-arch',
      {
        stopCode: 'TaskFailedToStart',
        reason: expect.stringContaining(
          "image Manifest does not contain descriptor matching platform 'linux/amd64'",
        ),
        containerReason: expect.stringMatching(/^CannotPullContainerError: /),
      },
    ],
    [
      'pull-error',
      {
        stopCode: 'TaskFailedToStart',
        reason: expect.stringMatching(/^CannotPullContainerError: .*i\/o timeout$/),
      },
    ],
    [
      'missing-secret',
      {
        stopCode: 'TaskFailedToStart',
        reason: expect.stringMatching(
          /^ResourceInitializationError: unable to pull secrets or registry auth: .* invalid ssm parameters: \/sandbox\/missing-secret$/,
        ),
      },
    ],
  ])('%s', (behaviour, expected) => {
    const world = new TestWorld()
    world.steady()

    world.deploy(behaviour)
    world.until(() => world.tasks.some(it => it.stopCode !== undefined && it.desiredStatus === 'STOPPED'))

    const task = world.tasks.find(it => it.desiredStatus === 'STOPPED')
    const [container] = task?.containers ?? []
    expect({
      stopCode: task?.stopCode,
      reason: task?.stoppedReason,
      exitCode: container?.exitCode,
      containerReason: container?.reason,
    }).toMatchObject(expected)
    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
  })

  it('unhealthy: fails the health checks of its target group', () => {
    const world = new TestWorld()
    const TargetGroupArn = world.steadyWeb()

    world.deploy('unhealthy')
    world.until(() => world.tasks.some(it => it.stoppedReason !== undefined))

    const task = world.tasks.find(it => it.stoppedReason !== undefined)
    expect(task?.stoppedReason).toBe(`Task failed ELB health checks in (target-group ${TargetGroupArn})`)
    expect(task?.stopCode).toBe('ServiceSchedulerInitiated')
    expect(world.messages).toContainEqual(
      expect.stringMatching(
        /\(task \w+\) \(port 8080\) is unhealthy in \(target-group .*\) due to \(reason Health checks failed with these codes: \[503\]\)\.$/,
      ),
    )
    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
  })

  it('unhealthy: fails the health check of its container', () => {
    const world = new TestWorld()
    const container = { healthCheck: { command: ['CMD', 'true'], interval: 5, retries: 2 } }
    world.steady({ taskDefinition: world.release('ok', { container }) })

    world.deploy('unhealthy', { container })
    world.until(() => world.tasks.some(it => it.healthStatus === 'UNHEALTHY'))
    world.pass(600)

    const task = world.tasks.find(it => it.stoppedReason !== undefined)
    expect(task?.stoppedReason).toBe('Task failed container health checks')
    expect(world.messages).toContain(
      `(service web) (task ${task?.taskArn?.split('/').at(-1)}) failed container health checks.`,
    )
    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
  })

  it('leaves an unhealthy target alone during the grace period', () => {
    const world = new TestWorld()
    world.steadyWeb({ healthCheckGracePeriodSeconds: 300 })

    world.deploy('unhealthy')
    world.pass(9000)

    expect(world.tasks.filter(it => it.desiredStatus === 'STOPPED')).toEqual([])
    world.pass(4000)
    expect(world.tasks.filter(it => it.desiredStatus === 'STOPPED')).not.toEqual([])
  })

  it('fails to pull an image that is archived, and notes the pull of one that is not', () => {
    const world = new TestWorld()
    world.steady()
    const images = world.world.state.ecr.repositories['shop']?.images ?? []
    const [running] = images
    const taskDefinition = world.register(world.push({ salt: 'archived' }))
    const archived = images.at(-1)
    if (archived !== undefined) archived.archivedAt = start

    world.update({ taskDefinition })
    world.pass(2000)

    const failed = world.tasks.filter(({ stopCode }) => stopCode === 'TaskFailedToStart')
    expect(failed[0]?.stoppedReason).toMatch(/^CannotPullContainerError: .*: not found$/)
    expect(archived?.pulledAt).toBeUndefined()
    const { schedulerRound, provision, pull } = timings.short
    expect(running?.pulledAt).toBe(start + schedulerRound + provision + pull)
  })

  it('fails to pull a digest that ECR no longer has', () => {
    const world = new TestWorld()
    world.steady()
    const image = world.push({ salt: 'deleted' })
    const taskDefinition = world.register(image)
    world.world.state.ecr.repositories['shop']?.images.pop()

    world.update({ taskDefinition })
    world.pass(2000)

    const reason = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`
    expect(world.tasks.find(it => it.stopCode !== undefined)?.stoppedReason).toBe(reason)
    expect(world.messages).toContain(`(service web) was unable to place a task. Reason: ${reason}.`)
  })

  it('fails for a secret that is no parameter, and for a missing log group', () => {
    const world = new TestWorld()
    world.steady()
    const secrets = [{ name: 'KEY', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key' }]
    world.deploy('ok', { container: { secrets } })
    world.pass(1000)
    const withoutSecret = world.tasks.find(it => it.stopCode !== undefined)?.stoppedReason

    delete world.world.state.logs.groups['/shop']
    const { taskArn } =
      world.ecs.RunTask({
        cluster: 'shop',
        taskDefinition: 'web:1',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }).tasks?.[0] ?? {}
    world.pass(1000)

    expect(withoutSecret).toMatch(/invalid ssm parameters: \/shop\/key$/)
    expect(world.tasks.find(it => it.taskArn === taskArn)?.stoppedReason).toMatch(
      /^ResourceInitializationError: failed to validate logger args: .*The specified log group does not exist/,
    )
  })

  it('writes the log lines of a crash before the container exits', () => {
    const world = new TestWorld()
    world.steady()

    world.deploy('crash', { log: ['Error: QUEUE_URL is not set', '    at main (worker.js:12:11)'] })
    world.until(() => world.tasks.some(it => it.stopCode !== undefined))

    const task = world.tasks.find(it => it.stopCode !== undefined)
    const stream = `app/app/${task?.taskArn?.split('/').at(-1)}`
    const { events = [] } = world.world.state.logs.groups['/shop']?.streams[stream] ?? {}
    expect(events.map(({ message }) => message)).toEqual([
      'Error: QUEUE_URL is not set',
      '    at main (worker.js:12:11)',
    ])
    expect(events[0]?.at).toBeLessThan(task?.executionStoppedAt?.getTime() ?? 0)
    expect(world.now).toBeLessThan(8000)
  })

  it('flaky: fails once, and then succeeds', () => {
    const world = new TestWorld()
    world.steady()

    world.deploy('flaky')

    expect(world.finish()).toBe('SUCCESSFUL')
    expect(world.tasks.filter(it => it.containers?.[0]?.exitCode === 1)).toHaveLength(1)
  })

  it('late-crash: succeeds first, then crashes and is replaced again and again', () => {
    const world = new TestWorld()
    world.steady()

    world.deploy('late-crash')
    const status = world.finish()
    world.pass(3000)
    const healthy = world.service.runningCount
    world.pass(60_000)

    expect([status, healthy]).toEqual(['SUCCESSFUL', 1])
    expect(world.deployment.status).toBe('SUCCESSFUL')
    expect(world.tasks.filter(it => it.containers?.[0]?.exitCode === 1).length).toBeGreaterThan(2)
  })
})

describe('the circuit breaker', () => {
  it('rolls back to the most recent COMPLETED deployment, which becomes PRIMARY again under its old id', () => {
    const world = new TestWorld()
    world.steady()
    const [{ id: old, taskDefinition } = {}] = world.service.deployments ?? []
    const [failed] = world.deploy('crash').deployments ?? []
    const { serviceDeploymentArn } = world.deployment

    world.until(() => world.deployment.status === 'ROLLBACK_IN_PROGRESS')

    expect(world.service.deployments?.[0]).toMatchObject({
      id: old,
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${old}.`,
    })
    expect(world.service.taskDefinition).toBe(taskDefinition)
    expect(world.messages).toContain(
      `(service web) (deployment ${failed?.id}) deployment failed: tasks failed to start.`,
    )
    expect(world.messages).toContain(`(service web) rolling back to deployment ${old}.`)
    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.deployment).toMatchObject({
      serviceDeploymentArn,
      statusReason: breakerReason,
      rollback: {
        reason: breakerReason,
        serviceRevisionArn: expect.stringMatching(new RegExp(`/${old?.replace('ecs-svc/', '')}$`)),
      },
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    })
    world.pass(3000)
    expect(world.service.deployments?.[0]).toMatchObject({ id: old, rolloutState: 'COMPLETED' })
  })

  it('passes through ROLLBACK_REQUESTED and ROLLBACK_IN_PROGRESS', () => {
    const world = new TestWorld()
    world.steady()
    const seen = new Set<string | undefined>()

    world.deploy('crash')
    world.until(() => seen.add(world.deployment.status).has('ROLLBACK_SUCCESSFUL'))

    expect([...seen]).toEqual([
      'PENDING',
      'IN_PROGRESS',
      'ROLLBACK_REQUESTED',
      'ROLLBACK_IN_PROGRESS',
      'ROLLBACK_SUCCESSFUL',
    ])
  })

  it('ends as ROLLBACK_FAILED without a candidate, and starts no further tasks', () => {
    const world = new TestWorld()
    world.serve({ taskDefinition: world.release('crash') })

    const status = world.finish()
    const count = world.tasks.length
    world.pass(60_000)

    expect(status).toBe('ROLLBACK_FAILED')
    expect(world.deployment.statusReason).toBe('No rollback candidate was found to run the rollback.')
    expect(world.service.deployments?.[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    })
    expect(world.tasks).toHaveLength(count)
  })

  it('without rollback stops the deployment, and the old tasks go on', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } })

    world.deploy('crash')
    world.until(() => world.deployment.status === 'STOP_REQUESTED')

    expect(world.finish()).toBe('STOPPED')
    world.pass(20_000)
    expect(world.service.deployments?.map(it => [it.status, it.rolloutState, it.runningCount])).toEqual([
      ['PRIMARY', 'FAILED', 0],
      ['ACTIVE', 'COMPLETED', 1],
    ])
  })

  it('does not end a deployment that has none', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: {} })

    world.deploy('crash')
    world.pass(600_000)

    expect(world.deployment.status).toBe('IN_PROGRESS')
    expect(world.deployment.deploymentCircuitBreaker?.status).toBe('DISABLED')
  })

  it.each([
    [{ type: 'BOUNDED_PERCENT', value: 50 }, 1, 3],
    [{ type: 'BOUNDED_PERCENT', value: 50 }, 25, 13],
    [{ type: 'BOUNDED_PERCENT', value: 50 }, 400, 200],
    [{ type: 'BOUNDED_PERCENT', value: 50 }, 1000, 200],
    [{ type: 'UNBOUNDED_PERCENT', value: 50 }, 4, 2],
    [{ type: 'COUNT', value: 2 }, 25, 2],
  ] as const)('%o of %i desired tasks is %i', (thresholdConfiguration, desiredCount, threshold) => {
    const world = new TestWorld()
    const deploymentCircuitBreaker = { enable: true, rollback: true, thresholdConfiguration }

    world.serve({
      taskDefinition: world.release('ok'),
      desiredCount,
      deploymentConfiguration: { deploymentCircuitBreaker },
    })

    expect(world.deployment.deploymentCircuitBreaker?.threshold).toBe(threshold)
  })

  it.each([
    [true, 0],
    [false, 1],
  ])(
    'with resetOnHealthyTask %s counts %i after one failure and one healthy task',
    (resetOnHealthyTask, count) => {
      const world = new TestWorld()
      const deploymentCircuitBreaker = { enable: true, rollback: true, resetOnHealthyTask }
      world.steady({ deploymentConfiguration: { deploymentCircuitBreaker } })

      world.deploy('flaky')
      world.finish()

      expect(world.deployment.deploymentCircuitBreaker?.failureCount).toBe(count)
    },
  )

  it('has no candidate for a deployment that was started during a rollback', () => {
    const world = new TestWorld()
    world.steady()
    world.deploy('crash')
    world.until(() => world.deployment.status === 'ROLLBACK_IN_PROGRESS')
    const { serviceDeploymentArn: first } = world.deployment

    world.deploy('oom')

    expect(world.finish()).toBe('ROLLBACK_FAILED')
    expect(world.deployment.statusReason).toBe('No rollback candidate was found to run the rollback.')
    expect(world.describe(first).status).toBe('STOPPED')
    expect(world.service.deployments?.map(it => [it.status, it.rolloutState, it.runningCount])).toEqual([
      ['PRIMARY', 'FAILED', 0],
      ['ACTIVE', 'IN_PROGRESS', 1],
    ])
  })

  it('fails the rollback, too, when the old image is gone', () => {
    const world = new TestWorld()
    world.steady({
      deploymentConfiguration: {
        minimumHealthyPercent: 0,
        maximumPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    })
    world.world.state.ecr.repositories['shop']?.images.pop()

    world.deploy('crash')

    expect(world.finish()).toBe('ROLLBACK_FAILED')
    expect(world.service.runningCount).toBe(0)
  })
})

function ring(world: TestWorld, value: 'OK' | 'ALARM'): void {
  world.world.state.cloudwatch.alarms['errors'] = {
    name: 'errors',
    arn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors',
    settings: {},
    configuredAt: start,
    value,
    reason: '',
    valueAt: start,
    changedAt: start,
    tags: {},
  }
}

describe('a deployment alarm', () => {
  const alarms = { enable: true, rollback: true, alarmNames: ['errors'] }

  it('rolls the deployment back', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: { alarms } })
    world.deploy('ok')
    world.pass(2000)

    ring(world, 'ALARM')

    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.deployment.alarms).toMatchObject({ status: 'TRIGGERED', triggeredAlarmNames: ['errors'] })
    expect(world.messages).toContainEqual(expect.stringMatching(/deployment failed: alarm detected\.$/))
  })

  it('is ignored when it rang before the deployment started', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: { alarms } })
    ring(world, 'ALARM')

    world.deploy('ok')

    expect(world.finish()).toBe('SUCCESSFUL')
    expect(alarmState(world.world, { name: 'errors', at: world.world.clock.now() })).toBe('ALARM')
  })

  it('is watched for a while after all tasks run', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: { alarms } })

    world.deploy('ok')
    world.pass(4000)

    expect(world.deployment.status).toBe('IN_PROGRESS')
    expect(world.finish()).toBe('SUCCESSFUL')
  })
})

describe('StopServiceDeployment', () => {
  it.each(['PENDING', 'IN_PROGRESS'])('rolls a deployment back that is %s', status => {
    const world = new TestWorld()
    world.steady()
    world.deploy('ok')
    world.until(() => world.deployment.status === status)
    const { serviceDeploymentArn } = world.deployment

    world.ecs.StopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' })
    const requested = world.deployment.status

    expect(requested).toBe('ROLLBACK_REQUESTED')
    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
    expect(world.service.taskDefinition).toMatch(/web:1$/)
  })

  it('may be repeated while the rollback goes on', () => {
    const world = new TestWorld()
    world.steady()
    world.deploy('ok')
    const { serviceDeploymentArn } = world.deployment

    world.ecs.StopServiceDeployment({ serviceDeploymentArn })
    world.ecs.StopServiceDeployment({ serviceDeploymentArn })

    expect(world.finish()).toBe('ROLLBACK_SUCCESSFUL')
  })

  it('has no candidate in a first deployment', () => {
    const world = new TestWorld()
    world.serve({ taskDefinition: world.release('ok') })
    const { serviceDeploymentArn } = world.deployment

    world.ecs.StopServiceDeployment({ serviceDeploymentArn })

    expect(world.finish()).toBe('ROLLBACK_FAILED')
  })

  it('refuses a deployment that has ended, and one that does not exist', () => {
    const world = new TestWorld()
    world.steady()
    const { serviceDeploymentArn } = world.deployment

    expect(() => world.ecs.StopServiceDeployment({ serviceDeploymentArn })).toThrow(
      expect.objectContaining({ name: 'ConflictException' }),
    )
    expect(() => world.ecs.StopServiceDeployment({ serviceDeploymentArn: 'arn:none' })).toThrow(
      expect.objectContaining({ name: 'ServiceDeploymentNotFoundException' }),
    )
  })
})

describe('tasks that are lost', () => {
  it.each(['SpotInterruption', 'TerminationNotice', 'InfrastructureHealth'] as const)(
    'are replaced after a %s, and count as nobody’s failure',
    stopCode => {
      const world = new TestWorld()
      world.steady()
      const { taskArn = '' } = world.tasks[0] ?? {}

      interruptTask(world.world, { taskArn, stopCode })
      world.pass(4000)

      expect(world.tasks.find(it => it.taskArn === taskArn)).toMatchObject({
        stopCode,
        lastStatus: 'STOPPED',
      })
      expect(world.service.runningCount).toBe(1)
      expect(world.service.deployments?.[0]?.failedTasks).toBe(0)
    },
  )

  it('wait longer and longer for their replacement in a crash loop', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: {} })

    world.deploy('crash')
    world.pass(3 * 86_400_000)

    const starts = world.tasks
      .filter(it => it.stopCode !== undefined)
      .map(it => it.createdAt?.getTime() ?? 0)
      .toSorted((one, other) => one - other)
    expect(world.messages).toContain('(service web) is unable to consistently start tasks successfully.')
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(26 * 60_000)
  })
})
