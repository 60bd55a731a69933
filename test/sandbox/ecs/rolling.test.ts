import { describe, expect, it } from 'vitest'
import { TestWorld } from './test-world.ts'

describe('a rolling deployment of a good image', () => {
  it('is PENDING, IN_PROGRESS and SUCCESSFUL, and keeps its ARN', () => {
    const world = new TestWorld()
    world.steady()

    world.deploy('ok')
    const { serviceDeploymentArn, status } = world.deployment
    world.pass(600)

    expect(status).toBe('PENDING')
    expect(world.deployment.status).toBe('IN_PROGRESS')
    expect(world.finish()).toBe('SUCCESSFUL')
    expect(world.deployment.serviceDeploymentArn).toBe(serviceDeploymentArn)
  })

  it('ties the deployment id, the service revision and the tasks together by one number', () => {
    const world = new TestWorld()
    world.steady()

    const [primary] = world.deploy('ok').deployments ?? []
    world.finish()

    const number = primary?.id?.replace('ecs-svc/', '') ?? 'none'
    expect(world.deployment.targetServiceRevision?.arn?.endsWith(`/web/${number}`)).toBe(true)
    expect(world.tasks.filter(({ startedBy }) => startedBy === `ecs-svc/${number}`)).toHaveLength(1)
    expect(world.deployment.serviceDeploymentArn?.endsWith(number)).toBe(false)
  })

  it('is SUCCESSFUL before the last old task has gone, and COMPLETED after it', () => {
    const world = new TestWorld()
    world.steadyWeb()

    world.deploy('ok')
    world.finish()

    const statuses = () => world.service.deployments?.map(it => `${it.status} ${it.rolloutState}`)
    expect(statuses()).toEqual(['PRIMARY IN_PROGRESS', 'ACTIVE COMPLETED'])
    world.pass(5000)
    expect(statuses()).toEqual(['PRIMARY COMPLETED'])
    expect(world.messages.at(-1)).toBe('(service web) has reached a steady state.')
  })

  it('drains the targets of the old tasks before it stops them', () => {
    const world = new TestWorld()
    const TargetGroupArn = world.steadyWeb()

    world.deploy('ok')
    world.finish()

    const states = () =>
      (world.elb.DescribeTargetHealth({ TargetGroupArn }).TargetHealthDescriptions ?? [])
        .map(({ TargetHealth }) => TargetHealth?.State ?? '')
        .toSorted((one, other) => one.localeCompare(other))
    expect(states()).toEqual(['draining', 'draining', 'healthy', 'healthy'])
    expect(world.tasks.map(({ lastStatus }) => lastStatus)).toContain('DEACTIVATING')
    world.pass(5000)
    expect(states()).toEqual(['healthy', 'healthy'])
  })

  it('writes the service events of AWS', () => {
    const world = new TestWorld()
    world.steadyWeb()
    const before = world.messages.length

    world.deploy('ok')
    world.pass(20_000)

    const shapes = world.messages
      .slice(before)
      .map(text => text.replaceAll(/\b[0-9a-f]{32}\b/g, 'ID').replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/N'))
    expect(shapes).toEqual([
      '(service web) has started 2 tasks: (task ID) (task ID).',
      expect.stringMatching(/^\(service web\) registered 1 targets in \(target-group arn:.*\)$/),
      expect.stringMatching(/^\(service web\) registered 1 targets in \(target-group arn:.*\)$/),
      expect.stringMatching(/^\(service web\) deregistered 2 targets in \(target-group arn:.*\)$/),
      '(service web) has begun draining connections on 2 tasks.',
      '(service web) has stopped 2 running tasks: (task ID) (task ID).',
      '(service web) (deployment ecs-svc/N) deployment completed.',
      '(service web) has reached a steady state.',
    ])
  })

  it('shows the digest that runs in the service revision', () => {
    const world = new TestWorld()
    world.steady()
    const image = world.push({ salt: 'tagged' })
    const digest = image.split('@')[1]

    world.update({ taskDefinition: world.register(image) })
    world.finish()

    const { arn = '' } = world.deployment.targetServiceRevision ?? {}
    const { serviceRevisions } = world.ecs.DescribeServiceRevisions({ serviceRevisionArns: [arn] })
    expect(serviceRevisions?.[0]?.containerImages).toEqual([
      { containerName: 'app', image, imageDigest: digest },
    ])
    expect(world.tasks.find(it => it.desiredStatus === 'RUNNING')?.containers?.[0]?.imageDigest).toBe(digest)
  })

  it('has no lifecycle stage', () => {
    const world = new TestWorld()
    world.steady()

    world.deploy('ok')
    world.pass(600)

    expect(world.deployment.lifecycleStage).toBeUndefined()
  })

  it('succeeds with a desired count of 0 without any task', () => {
    const world = new TestWorld()
    world.steady({ desiredCount: 0 })

    world.deploy('crash')

    expect(world.finish()).toBe('SUCCESSFUL')
    expect(world.tasks).toEqual([])
  })

  it('takes three times as long with a slow image', () => {
    const [usual, slow] = (['ok', 'slow'] as const).map(behaviour => {
      const world = new TestWorld()
      world.steady()
      world.deploy(behaviour)
      return world.until(() => world.service.deployments?.[0]?.runningCount === 1)
    })

    expect((slow ?? 0) - 500).toBe(3 * ((usual ?? 0) - 500))
  })

  it('lets a slow web process become healthy within its grace period', () => {
    const world = new TestWorld()
    world.steadyWeb({ healthCheckGracePeriodSeconds: 240 })

    world.deploy('slow')

    expect(world.finish()).toBe('SUCCESSFUL')
  })

  it.each([
    { maximumPercent: 200, minimumHealthyPercent: 100, most: 8, least: 4 },
    { maximumPercent: 100, minimumHealthyPercent: 50, most: 4, least: 2 },
    { maximumPercent: 150, minimumHealthyPercent: 75, most: 6, least: 3 },
    { maximumPercent: 100, minimumHealthyPercent: 0, most: 4, least: 0 },
  ])('keeps to $minimumHealthyPercent…$maximumPercent %', ({ most, least, ...percents }) => {
    const world = new TestWorld()
    world.steadyWeb({ desiredCount: 4, deploymentConfiguration: percents })
    const counts: number[] = []

    world.deploy('ok')
    world.until(() => {
      counts.push(world.tasks.filter(it => it.desiredStatus === 'RUNNING').length)
      return world.deployment.status === 'SUCCESSFUL'
    })

    expect(Math.max(...counts)).toBeLessThanOrEqual(most)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(least)
  })

  it('is stuck when its limits allow neither a start nor a stop, and says so', () => {
    const world = new TestWorld()
    world.steady({ deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 } })

    world.deploy('ok')
    world.pass(10_000)

    expect(world.deployment.status).toBe('IN_PROGRESS')
    expect(world.messages.at(-1)).toContain('was unable to stop or start tasks during a deployment')
  })
})

describe('what makes a deployment', () => {
  const anotherNetwork = { awsvpcConfiguration: { subnets: ['subnet-9'] } }

  it.each([
    ['a new task definition', true, (world: TestWorld) => ({ taskDefinition: world.release('ok') })],
    ['forceNewDeployment', true, () => ({ forceNewDeployment: true })],
    ['another network', true, () => ({ networkConfiguration: anotherNetwork })],
    ['another platform version', true, () => ({ platformVersion: '1.4.0' })],
    [
      'the same task definition',
      false,
      (world: TestWorld) => ({ taskDefinition: world.service.taskDefinition }),
    ],
    ['the desired count', false, () => ({ desiredCount: 3 })],
    ['the deployment configuration', false, () => ({ deploymentConfiguration: { maximumPercent: 150 } })],
    ['the grace period', false, () => ({ healthCheckGracePeriodSeconds: 7 })],
  ])('%s: %s', (_name, makesOne, change) => {
    const world = new TestWorld()
    world.steady()
    const before = world.service.deployments?.[0]?.id

    const [primary] = world.update(change(world)).deployments ?? []

    expect(primary?.id !== before).toBe(makesOne)
  })

  it('takes the latest ACTIVE revision of a bare family', () => {
    const world = new TestWorld()
    world.steady()
    const latest = world.release('ok')
    const withdrawn = world.release('slow')
    world.ecs.DeregisterTaskDefinition({ taskDefinition: withdrawn })

    expect(world.update({ taskDefinition: 'web' }).taskDefinition).toBe(latest)
  })

  it('does not return the service deployment from UpdateService', () => {
    const world = new TestWorld()
    world.steady()

    expect(world.deploy('ok').currentServiceDeployment).toBeUndefined()
  })
})

describe('scaling', () => {
  it('starts and stops tasks without a deployment', () => {
    const world = new TestWorld()
    world.steady()
    const before = world.deployment.serviceDeploymentArn

    world.update({ desiredCount: 3 })
    world.until(() => world.service.runningCount === 3)
    world.update({ desiredCount: 1 })
    world.pass(5000)

    expect(world.service.runningCount).toBe(1)
    expect(world.deployment.serviceDeploymentArn).toBe(before)
    const stopped = world.tasks.filter(({ lastStatus }) => lastStatus === 'STOPPED')
    expect(stopped.map(({ stopCode }) => stopCode)).toEqual([
      'ServiceSchedulerInitiated',
      'ServiceSchedulerInitiated',
    ])
    expect(stopped[0]?.stoppedReason).toMatch(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/)
  })
})

describe('a superseded deployment', () => {
  it('is STOP_REQUESTED, then STOPPED, while the newer one goes on', () => {
    const world = new TestWorld()
    world.steady()
    world.deploy('ok', { salt: 'second' })
    world.pass(1000)
    const { serviceDeploymentArn: first } = world.deployment

    world.deploy('ok', { salt: 'third' })
    const requested = world.describe(first).status
    world.pass(500)

    expect(requested).toBe('STOP_REQUESTED')
    expect(world.describe(first).status).toBe('STOPPED')
    expect(world.finish()).toBe('SUCCESSFUL')
    world.pass(5000)
    expect(world.service.deployments).toHaveLength(1)
    expect(world.service.runningCount).toBe(1)
  })
})
