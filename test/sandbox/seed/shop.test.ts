import { describe, expect, it } from 'vitest'
import type { Plain } from '../../../lib/config/plain-values.ts'
import { readStrategy } from '../../../lib/config/read-strategy.ts'
import { targetGroupColors } from '../../../lib/names/aws.ts'
import { emptyEcr } from '../../../lib/sandbox/ecr/state.ts'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
import { rollbackAlarmsOf } from '../../../lib/strategy/rollback-alarms-of.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import { TestWorld } from '../ecs/test-world.ts'

const names = ['default', 'worker', 'scheduler']

function seeded(chosen = timings.short): TestWorld {
  const world = new TestWorld(chosen)
  Object.assign(world.world.state.ecr, emptyEcr())
  seedShop(world.world)
  return world
}

function services(world: TestWorld) {
  return world.ecs.DescribeServices({ cluster: 'shop', services: names, include: ['TAGS'] }).services ?? []
}

/** Releases an image to a process, out of its template, as tapit does. */
function release(world: TestWorld, { process, tag }: { process: string; tag: string }): void {
  const { taskDefinition } = world.ecs.DescribeTaskDefinition({ taskDefinition: `shop-${process}-template` })
  const repository = world.world.state.ecr.repositories['shop']
  const digest = repository?.images.find(({ tags }) => tags.includes(tag))?.digest
  const [container] = taskDefinition?.containerDefinitions ?? []
  world.ecs.RegisterTaskDefinition({
    ...taskDefinition,
    family: `shop-${process}`,
    containerDefinitions: [{ ...container, image: `${repository?.uri}@${digest}` }],
  })
  world.ecs.UpdateService({ cluster: 'shop', service: process, taskDefinition: `shop-${process}` })
}

function newest(world: TestWorld, service: string) {
  const { serviceDeployments = [] } = world.ecs.ListServiceDeployments({ cluster: 'shop', service })
  return serviceDeployments[0]
}

function listener(world: TestWorld, port: number): string {
  const { LoadBalancers } = world.elb.DescribeLoadBalancers({ Names: ['shop'] })
  const { Listeners } = world.elb.DescribeListeners({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn })
  return Listeners?.find(it => it.Port === port)?.ListenerArn ?? ''
}

function weights(world: TestWorld, port: number): readonly (number | undefined)[] {
  const { Rules } = world.elb.DescribeRules({ ListenerArn: listener(world, port) })
  return (Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(it => it.Weight)
}

describe('the shop', () => {
  it.each(['short', 'realistic'] as const)('is at rest, deployed some days ago, with %s timings', speed => {
    const world = seeded(timings[speed])

    for (const service of services(world)) {
      expect(service.runningCount).toBe(service.desiredCount)
      expect(service.deployments?.map(it => [it.status, it.rolloutState])).toEqual([['PRIMARY', 'COMPLETED']])
      expect(newest(world, service.serviceName ?? '')?.status).toBe('SUCCESSFUL')
      expect(service.events?.[0]?.message).toMatch(/has reached a steady state\.$/)
    }
    world.pass(3_600_000)
    expect(services(world).map(it => it.runningCount)).toEqual([2, 1, 1])
  })

  it('carries the tags of a tapit app', () => {
    const world = seeded()

    const tags = Object.fromEntries(
      services(world).map(it => [
        it.serviceName,
        Object.fromEntries((it.tags ?? []).map(tag => [tag.key, tag.value])),
      ]),
    )

    expect(tags['default']).toMatchObject({ 'tapit:kind': 'web', 'tapit:process': 'default' })
    expect(tags['worker']).toMatchObject({ 'tapit:kind': 'worker', 'tapit:template': 'shop-worker-template' })
    expect(world.ecs.ListTaskDefinitionFamilies({}).families).toEqual(
      names.flatMap(name => [`shop-${name}`, `shop-${name}-template`]).toSorted(),
    )
    expect(world.ecs.DescribeClusters({ clusters: ['shop'], include: ['TAGS'] }).clusters?.[0]?.tags).toEqual(
      [{ key: 'tapit:environment', value: 'production' }],
    )
  })

  it('answers through its load balancer, and has logged', () => {
    const world = seeded()
    const { TargetGroups } = world.elb.DescribeTargetGroups({ Names: ['shop-default-blue'] })
    const { TargetGroupArn = '' } = TargetGroups?.[0] ?? {}

    const { TargetHealthDescriptions = [] } = world.elb.DescribeTargetHealth({ TargetGroupArn })

    expect(TargetHealthDescriptions.map(it => it.TargetHealth?.State)).toEqual(['healthy', 'healthy'])
    for (const name of names) {
      const streams = Object.values(world.world.state.logs.groups[`/tapit/shop/${name}`]?.streams ?? {})
      expect(streams.flatMap(({ events }) => events).length).toBeGreaterThan(1)
    }
  })

  it('takes v1.2.3 for all three processes in 6 to 10 seconds', () => {
    const world = seeded()

    for (const process of names) release(world, { process, tag: 'v1.2.3' })
    const took = world.until(() =>
      services(world).every(
        it => it.deployments?.length === 1 && it.deployments[0]?.rolloutState === 'COMPLETED',
      ),
    )

    expect(names.map(name => newest(world, name)?.status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL'])
    expect(took).toBeGreaterThanOrEqual(6000)
    expect(took).toBeLessThanOrEqual(10_000)
  })

  it('rolls back the worker of v1.3.0 alone, whose crash shows within three seconds', () => {
    const world = seeded()

    for (const process of names) release(world, { process, tag: 'v1.3.0' })
    const crashed = world.until(() => {
      const { taskArns = [] } = world.ecs.ListTasks({
        cluster: 'shop',
        serviceName: 'worker',
        desiredStatus: 'STOPPED',
      })
      return taskArns.length > 0
    })
    world.pass(15_000)

    expect(crashed).toBeLessThanOrEqual(3000)
    expect(names.map(name => newest(world, name)?.status)).toEqual([
      'SUCCESSFUL',
      'ROLLBACK_SUCCESSFUL',
      'SUCCESSFUL',
    ])
    const streams = Object.values(world.world.state.logs.groups['/tapit/shop/worker']?.streams ?? {})
    expect(streams.flatMap(({ events }) => events.map(({ message }) => message))).toContain(
      'Error: QUEUE_URL is not set',
    )
  })

  it('can do every strategy with its web process', () => {
    const world = seeded()
    const before = [weights(world, 80), weights(world, 8080)]

    world.ecs.UpdateService({
      cluster: 'shop',
      service: 'default',
      deploymentConfiguration: {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
        alarms: {
          alarmNames: ['shop/default/rollback-careful-1-green'],
          enable: true,
          rollback: true,
        },
      },
    })
    release(world, { process: 'default', tag: 'v1.2.3' })
    world.until(() => newest(world, 'default')?.status === 'SUCCESSFUL')

    expect(before).toEqual([
      [100, 0],
      [100, 0],
    ])
    // ECS names the target group of the new revision first.
    expect([weights(world, 80), weights(world, 8080)]).toEqual([
      [100, 0],
      [100, 0],
    ])
    expect(
      world.elb.DescribeRules({ ListenerArn: listener(world, 80) }).Rules?.[0]?.Actions?.[0],
    ).toMatchObject({
      ForwardConfig: {
        TargetGroups: [{ TargetGroupArn: expect.stringContaining('shop-default-green') }, {}],
      },
    })
  })

  it('has the strategies careful and approved, and the alarms of the first', () => {
    const world = seeded()
    const { alarms } = world.world.state.cloudwatch
    const { parameters } = world.world.state.ssm

    const [careful, approved] = ['careful', 'approved'].map(name => {
      const value: Plain = JSON.parse(parameters[`/tapit/shop/strategies/${name}`]?.value ?? '')
      return readStrategy(value).settings
    })

    expect([careful?.type, approved?.type]).toEqual(['canary', 'blue_green'])
    const colors = targetGroupColors
    const strategy = { name: 'careful', rollbackOn: careful?.rollbackOn }
    const named = rollbackAlarmsOf({ app: 'shop', process: 'default', strategy, colors })
    expect(Object.keys(alarms)).toEqual(named.map(({ name }) => name))
    expect(services(world).map(it => it.tags?.find(({ key }) => key === 'tapit:strategy')?.value)).toEqual([
      'rolling',
      'rolling',
      'rolling',
    ])
  })
})
