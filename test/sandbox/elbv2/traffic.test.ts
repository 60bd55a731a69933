import { describe, expect, it } from 'vitest'
import { cloudWatchHandlers } from '../../../lib/sandbox/cloudwatch/handlers.ts'
import { statisticNamed } from '../../../lib/sandbox/cloudwatch/statistic.ts'
import { dnsName } from '../../../lib/sandbox/elbv2/address.ts'
import { type Transit, traffic } from '../../../lib/sandbox/elbv2/traffic.ts'
import { timings } from '../../../lib/sandbox/timings.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { TestWorld } from '../ecs/test-world.ts'
import { type Got, openUsers } from './open-users.ts'

const distinct = (got: readonly Got[], header: string) =>
  [...new Set(got.map(({ headers }) => String(headers[header])))].toSorted((a, b) => a.localeCompare(b))

const statuses = (got: readonly Got[]) => got.map(({ status }) => status)

function listenerArn({ elb }: TestWorld): string {
  const { LoadBalancers } = elb.DescribeLoadBalancers({})
  const { Listeners } = elb.DescribeListeners({ LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn })
  return Listeners?.[0]?.ListenerArn ?? ''
}

/** Splits all requests between the service's group and one more, whose ARN is the answer. */
function split(world: TestWorld, blue: string, [blueWeight, greenWeight]: readonly [number, number]): string {
  const { TargetGroups } = world.elb.CreateTargetGroup({ Name: 'green', TargetType: 'ip', Port: 8080 })
  const green = TargetGroups?.[0]?.TargetGroupArn ?? ''
  const { Rules } = world.elb.DescribeRules({ ListenerArn: listenerArn(world) })
  world.elb.ModifyRule({
    RuleArn: Rules?.[0]?.RuleArn,
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: blueWeight },
            { TargetGroupArn: green, Weight: greenWeight },
          ],
        },
      },
    ],
  })
  return green
}

/** The sum, or another statistic, of all that was ever counted for the load balancer or for one target group. */
function metric(
  { world }: TestWorld,
  name: string,
  { group, statistic = 'Sum' }: { group?: string; statistic?: string } = {},
): number {
  const found = world.state.cloudwatch.metrics.find(
    each => each.name === name && each.dimensions['TargetGroup'] === group?.replace(/^.*:/, ''),
  )
  return statisticNamed(statistic)?.(found?.points ?? []) ?? NaN
}

describe('a user’s request', () => {
  it('is answered by a task behind the load balancer’s own name, which says who it is', async () => {
    const world = new TestWorld()
    world.steadyWeb({
      taskDefinition: world.release('ok', { tags: [{ key: 'tapit:docker-tag', value: 'v7' }] }),
    })
    const users = await openUsers(world)

    const { status, headers, body } = await users.ask({ path: '/products?page=2', method: 'POST' })

    const digest = world.tasks[0]?.containers?.[0]?.imageDigest ?? ''
    expect(users.address).toMatch(/^web-[0-9a-f]{8}\.eu-west-1\.elb\.localhost:\d+$/)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/plain',
      'x-tapit-docker-tag': 'v7',
      'x-tapit-task-definition': 'web:1',
      'x-tapit-image': digest,
      'x-tapit-target-group': 'web',
    })
    expect(body).toBe(`web:1 ${digest.slice(0, 15)}…\n`)
  })

  it('goes to the healthy targets in turn, and to those that drain no more', async () => {
    const world = new TestWorld()
    const group = world.steadyWeb()
    const users = await openUsers(world)

    const both = await users.askTimes(4)
    const [draining] =
      world.elb.DescribeTargetHealth({ TargetGroupArn: group }).TargetHealthDescriptions ?? []
    world.elb.DeregisterTargets({ TargetGroupArn: group, Targets: [{ Id: draining?.Target?.Id }] })
    const one = await users.askTimes(4)

    expect(distinct(both, 'x-tapit-task')).toHaveLength(2)
    expect(both.map(({ headers }) => headers['x-tapit-task'])).toEqual(
      [0, 1, 0, 1].map(index => both[index]?.headers['x-tapit-task']),
    )
    expect(distinct(one, 'x-tapit-task')).toHaveLength(1)
  })

  it('is answered with 503 by the load balancer itself once all targets drain', async () => {
    const world = new TestWorld()
    const group = world.steadyWeb()
    const users = await openUsers(world)
    const { TargetHealthDescriptions = [] } = world.elb.DescribeTargetHealth({ TargetGroupArn: group })
    const Targets = TargetHealthDescriptions.map(({ Target }) => ({ Id: Target?.Id }))
    world.elb.DeregisterTargets({ TargetGroupArn: group, Targets })

    const { status, headers } = await users.ask()

    expect(status).toBe(503)
    expect(headers).toMatchObject({ server: 'awselb/2.0' })
    expect(headers).not.toHaveProperty('x-tapit-task')
    expect(metric(world, 'HTTPCode_ELB_5XX_Count')).toBe(1)
    expect(metric(world, 'RequestCount')).toBe(0)
  })

  it('goes to targets that are not healthy where none is: the load balancer fails open', async () => {
    const world = new TestWorld()
    const targetGroupArn = world.balance()
    world.serve({
      taskDefinition: world.release('unhealthy'),
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
      healthCheckGracePeriodSeconds: 600,
    })
    world.until(() => world.tasks.some(({ lastStatus }) => lastStatus === 'RUNNING'))
    const users = await openUsers(world)

    const { status, headers } = await users.ask()

    expect(status).toBe(503)
    expect(headers).toHaveProperty('x-tapit-task')
    expect(metric(world, 'HTTPCode_Target_5XX_Count', { group: targetGroupArn })).toBe(1)
  })

  it('to an address where nothing listens is a connection error', async () => {
    const world = new TestWorld()
    const group = world.balance()
    world.elb.RegisterTargets({ TargetGroupArn: group, Targets: [{ Id: '10.0.9.9', Port: 8080 }] })
    const users = await openUsers(world)

    const { status, headers } = await users.ask()

    expect(status).toBe(502)
    expect(headers).not.toHaveProperty('x-tapit-task')
    expect(metric(world, 'TargetConnectionErrorCount', { group })).toBe(1)
    expect(metric(world, 'HTTPCode_ELB_5XX_Count')).toBe(1)
  })

  it('is split between target groups by their weights', async () => {
    const world = new TestWorld()
    const blue = world.steadyWeb()
    split(world, blue, [90, 10])
    const users = await openUsers(world)

    const got = await users.askTimes(100)

    // Nothing runs in the other group.
    expect(statuses(got).filter(status => status === 200)).toHaveLength(90)
    expect(statuses(got).filter(status => status === 503)).toHaveLength(10)
  })

  it('is redirected to another listener where that one answers here', async () => {
    const world = new TestWorld()
    const group = world.steadyWeb()
    const { LoadBalancers } = world.elb.DescribeLoadBalancers({})
    const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn
    world.elb.DeleteListener({ ListenerArn: listenerArn(world) })
    world.elb.CreateListener({
      LoadBalancerArn,
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    })
    world.elb.CreateListener({
      LoadBalancerArn,
      Port: 443,
      Protocol: 'HTTPS',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    })
    const users = await openUsers(world)

    const first = await users.ask({ path: '/a?b=1' })
    const { host, pathname, search } = new URL(first.headers.location ?? '')
    const second = await users.ask({ host, path: `${pathname}${search}` })

    expect(first.status).toBe(301)
    expect(first.headers.location).toBe(`http://443.${users.address}/a?b=1`)
    expect(second.status).toBe(200)
  })

  it('gets a broken connection at a port without a listener', async () => {
    const world = new TestWorld()
    world.steadyWeb()
    const users = await openUsers(world)

    await expect(users.ask({ host: `8443.${users.address}` })).rejects.toThrow('socket hang up')
  })

  it('matches host-header conditions by the load balancer’s name, or by what x-forwarded-host says', async () => {
    const world = new TestWorld()
    world.steadyWeb()
    world.elb.CreateRule({
      ListenerArn: listenerArn(world),
      Priority: 1,
      Conditions: [{ Field: 'host-header', Values: ['shop.example.com'] }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '418', MessageBody: 'tea' } }],
    })
    const users = await openUsers(world)

    const own = await users.ask()
    const forwarded = await users.ask({ headers: { 'x-forwarded-host': 'shop.example.com' } })

    expect([own.status, forwarded.status, forwarded.body]).toEqual([200, 418, 'tea'])
  })

  it.each([
    ['evil.example:PORT'],
    ['evil.elb.localhost:PORT'],
    ['ADDRESS.evil.example:PORT'],
    ['ADDRESS:1'],
    ['ADDRESS'],
  ])('for the host %s is refused, as another name that was made to point here', async host => {
    const world = new TestWorld()
    world.steadyWeb()
    const { ask, port, address } = await openUsers(world)
    const name = address.replace(/:\d+$/, '')

    const { status, headers } = await ask({
      host: host.replace('ADDRESS', name).replace('PORT', String(port)),
    })

    expect(status).toBe(403)
    expect(headers).not.toHaveProperty('x-tapit-task')
  })
})

describe('an image', () => {
  it('that makes errors is healthy, and answers every second request with 500', async () => {
    const world = new TestWorld()
    const group = world.steadyWeb({ desiredCount: 1 })
    world.deploy('errors')
    const ended = world.finish()
    const users = await openUsers(world)

    const got = await users.askTimes(6)

    expect(ended).toBe('SUCCESSFUL')
    expect(statuses(got)).toEqual([200, 500, 200, 500, 200, 500])
    expect(metric(world, 'RequestCount', { group })).toBe(6)
    expect(metric(world, 'HTTPCode_Target_2XX_Count', { group })).toBe(3)
    expect(metric(world, 'HTTPCode_Target_5XX_Count', { group })).toBe(3)
    expect(metric(world, 'HTTPCode_Target_5XX_Count')).toBe(3)
  })

  it.each([
    ['realistic', 3000],
    ['short', 1500],
  ] as const)('with slow requests takes, at the %s pace, %d ms for each', async (pace, milliseconds) => {
    const world = new TestWorld(timings[pace])
    const group = world.steadyWeb()
    world.deploy('slow-requests')
    world.finish({ atMost: 600_000 })
    const pauses: number[] = []
    const users = await openUsers(world, {
      pause: async pause => {
        pauses.push(pause)
        world.pass(pause)
      },
    })

    const { status } = await users.ask()

    expect([status, pauses]).toEqual([200, [milliseconds]])
    expect(metric(world, 'TargetResponseTime', { group, statistic: 'p95' })).toBe(milliseconds / 1000)
  })

  it('that stops before it has answered leaves the load balancer with a 502', async () => {
    const world = new TestWorld()
    world.steadyWeb({ desiredCount: 1 })
    world.deploy('slow-requests')
    world.finish()
    const users = await openUsers(world, {
      pause: async () => {
        world.update({ desiredCount: 0 })
        world.pass(60_000)
      },
    })

    const { status, headers } = await users.ask()

    expect(status).toBe(502)
    expect(headers).not.toHaveProperty('x-tapit-task')
  })
})

describe('what is counted', () => {
  it('takes one point a second and metric, however many requests there are', async () => {
    const world = new TestWorld()
    world.steadyWeb()
    const users = await openUsers(world)

    await users.askTimes(50)
    world.pass(1000)
    await users.askTimes(50)

    const { metrics } = world.world.state.cloudwatch
    expect(metric(world, 'RequestCount')).toBe(100)
    expect(Math.max(...metrics.map(({ points }) => points.length))).toBe(2)
  })

  it('is forgotten after a quarter of an hour', async () => {
    const world = new TestWorld()
    world.steadyWeb()
    const users = await openUsers(world)

    await users.ask()
    world.pass(16 * 60_000)
    await users.ask()

    expect(metric(world, 'RequestCount')).toBe(1)
  })
})

/** One request every tenth of a second until the deployment and all that follows from it is over, each with the stage it came in. */
async function askThroughout(
  world: TestWorld,
  { ask }: { ask: () => Promise<Got> },
): Promise<readonly (Got & { readonly stage: string })[]> {
  const got: (Got & { readonly stage: string })[] = []
  while (world.service.deployments?.length !== 1 || world.deployment.finishedAt === undefined) {
    got.push({ ...(await ask()), stage: world.deployment.lifecycleStage ?? '' })
    world.pass(100)
  }
  return got
}

/** Two tasks behind the first of a pair of target groups, and what is needed to deploy to the other one. */
function steadyPair(configuration: ecs.DeploymentConfiguration): {
  readonly world: TestWorld
  readonly green: string
} {
  const world = new TestWorld()
  const blue = world.balance()
  const green = split(world, blue, [100, 0])
  const { Rules } = world.elb.DescribeRules({ ListenerArn: listenerArn(world) })
  const advancedConfiguration = {
    alternateTargetGroupArn: green,
    productionListenerRule: Rules?.[0]?.RuleArn,
    roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
  }
  const loadBalancers = [
    { targetGroupArn: blue, containerName: 'app', containerPort: 8080, advancedConfiguration },
  ]
  world.steady({ desiredCount: 2, loadBalancers, deploymentConfiguration: configuration })
  return { world, green }
}

describe('no request of a good deployment fails', () => {
  it.each([{}, { minimumHealthyPercent: 50, maximumPercent: 100 }])(
    'that is rolling: %j',
    async configuration => {
      const world = new TestWorld()
      world.steadyWeb()
      world.update({ deploymentConfiguration: { strategy: 'ROLLING', ...configuration } })
      const users = await openUsers(world)

      world.deploy('ok')
      const got = await askThroughout(world, users)

      expect(new Set(statuses(got))).toEqual(new Set([200]))
      expect(distinct(got, 'x-tapit-task-definition')).toEqual(['web:1', 'web:2'])
    },
  )

  it('that is rolling, away from a version whose requests are slow: what is under way is finished', () => {
    const world = new TestWorld()
    world.steadyWeb({ taskDefinition: world.release('slow-requests', { salt: 'first' }) })
    const [loadBalancer] = Object.values(world.world.state.elbv2.loadBalancers)
    if (loadBalancer === undefined) throw new Error('no load balancer')
    const { take } = traffic(world.world, { draw: () => 0, port: () => undefined })
    const request = { method: 'GET', url: '/', host: dnsName(loadBalancer), headers: {}, sourceIp: '' }
    let underWay: readonly { readonly at: number; readonly answer: Transit['answer'] }[] = []
    const got: number[] = []

    world.deploy('ok')
    world.until(
      () => {
        const { latency, answer } = take(request)
        const all = [...underWay, { at: world.now + latency, answer }]
        underWay = all.filter(({ at }) => at > world.now)
        const answered = all.filter(({ at }) => at <= world.now).map(due => due.answer())
        got.push(...answered.map(reply => (reply === 'disconnect' ? 0 : reply.status)))
        return world.service.deployments?.[0]?.rolloutState === 'COMPLETED'
      },
      { step: 50 },
    )

    expect(got.length).toBeGreaterThan(50)
    expect(new Set(got)).toEqual(new Set([200]))
  })

  it('that is blue-green, and nobody sees the new version before the traffic shifts', async () => {
    const { world } = steadyPair({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 })
    const users = await openUsers(world)

    world.deploy('ok')
    const got = await askThroughout(world, users)

    const early = got.filter(({ stage }) => /SCALE_UP|TEST_TRAFFIC|^PRE_PRODUCTION/.test(stage))
    expect(early.length).toBeGreaterThan(10)
    expect(new Set(statuses(got))).toEqual(new Set([200]))
    expect(distinct(early, 'x-tapit-task-definition')).toEqual(['web:1'])
    expect(distinct(got, 'x-tapit-task-definition')).toEqual(['web:1', 'web:2'])
  })
})

it('a canary that makes errors is rolled back by the alarm of its target group, and few users saw any', async () => {
  const { world, green } = steadyPair({
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
    alarms: { alarmNames: ['errors'], enable: true, rollback: true },
  })
  const { LoadBalancers } = world.elb.DescribeLoadBalancers({})
  await cloudWatchHandlers(world.world).PutMetricAlarm?.({
    AlarmName: 'errors',
    Metrics: [
      { Id: 'percent', Expression: '100 * FILL(errors, 0) / FILL(requests, 0)' },
      ...Object.entries({ errors: 'HTTPCode_Target_5XX_Count', requests: 'RequestCount' }).map(
        ([Id, MetricName]) => ({
          Id,
          ReturnData: false,
          MetricStat: {
            Period: 60,
            Stat: 'Sum',
            Metric: {
              Namespace: 'AWS/ApplicationELB',
              MetricName,
              Dimensions: [
                {
                  Name: 'LoadBalancer',
                  Value: LoadBalancers?.[0]?.LoadBalancerArn?.replace(/^.*loadbalancer./, ''),
                },
                { Name: 'TargetGroup', Value: green.replace(/^.*:/, '') },
              ],
            },
          },
        }),
      ),
    ],
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
  const users = await openUsers(world, { draw: tenths() })

  world.deploy('errors')
  const got = await askThroughout(world, users)

  const { status, alarms } = world.deployment
  const failures = statuses(got).filter(each => each === 500).length
  expect({ status, alarms }).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
  })
  expect(failures).toBeGreaterThan(0)
  expect(failures / got.length).toBeLessThan(0.1)
})

/** 0.95, 0.85, … 0.05, and again: of any ten requests in a row, one is for the last tenth. */
function tenths(): () => number {
  let count = 0
  return () => {
    count += 1
    return 1 - ((count % 10) + 0.5) / 10
  }
}
