import { describe, expect, it } from 'vitest'
import { type GuardedProcess, guardingAlarms, restingAlarms } from '../../lib/actions/plan/guarding-alarms.ts'
import { trafficNow } from '../../lib/actions/services/traffic-now.ts'

const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/6d0ecf831eec9f09`
const [blue, green] = [arnOf('shop-web-blue'), arnOf('shop-web-green')]
const rollbackOn = [
  { metric: 'http.error_rate' as const, above: 5 },
  { metric: 'system.cpu_usage_percentage' as const, above: 90 },
]
const wiring = { targetGroup: blue, alternate: green, productionRule: 'rule' }

function traffic(weights: Readonly<Record<string, number>>): GuardedProcess['traffic'] {
  const rule = {
    arn: 'rule',
    weights: Object.entries(weights).map(([targetGroup, weight]) => ({ targetGroup, weight })),
  }
  return [trafficNow(wiring, [rule]) ?? { live: '', other: '', isSplit: false, isRuleGone: true }]
}

function guards(type: 'rolling' | 'canary', weights: Readonly<Record<string, number>>): readonly string[] {
  return guardingAlarms(
    { name: 'careful', type, rollbackOn },
    { app: 'shop', process: 'web', service, traffic: traffic(weights) },
  )
}

const service: GuardedProcess['service'] = {
  name: 'web',
  arn: 'arn',
  cluster: 'shop',
  tags: {},
  controller: 'ECS',
  scheduling: 'REPLICA',
  desired: 1,
  running: 1,
  pending: 0,
  taskDefinition: 'shop-web:1',
  deployments: [],
  loadBalancers: [{ targetGroup: blue }, { targetGroup: green }],
  wiring: [wiring],
  gracePeriodSeconds: 0,
  configuration: { alarms: { alarmNames: ['mine'], enable: true, rollback: true } },
}

describe('the alarms that guard a deployment', () => {
  it.each([
    ['of the group without traffic where traffic moves', 'canary', { [blue]: 100, [green]: 0 }, 'green'],
    ['of the other one the next time', 'canary', { [blue]: 0, [green]: 100 }, 'blue'],
    [
      'of the group with the traffic where tasks are replaced in it',
      'rolling',
      { [blue]: 0, [green]: 100 },
      'green',
    ],
  ] as const)('are those %s', (_, type, weights, color) => {
    expect(guards(type, weights)).toEqual([
      `shop/web/rollback-careful-1-${color}`,
      'shop/web/rollback-careful-2',
      'mine',
    ])
  })

  it('are those of the service where it names no strategy', () => {
    expect(guardingAlarms(undefined, { app: 'shop', process: 'web', service, traffic: [] })).toEqual(['mine'])
  })

  it('leave out those of another strategy, and of another target group', () => {
    const alarms = {
      alarmNames: ['shop/web/rollback-bold-1-green', 'shop/web/rollback-careful-1-blue', 'mine'],
      enable: true,
      rollback: true,
    }
    const guarded = {
      app: 'shop',
      process: 'web',
      service: { ...service, configuration: { alarms } },
      traffic: traffic({ [blue]: 100, [green]: 0 }),
    }

    expect(guardingAlarms({ name: 'rolling', type: 'rolling' }, guarded)).toEqual(['mine'])
  })

  it('are of both groups where a deployment is taken over: its traffic goes back first', () => {
    const guarded = {
      app: 'shop',
      process: 'web',
      service,
      traffic: traffic({ [blue]: 25, [green]: 75 }),
      isTakingOver: true,
    }

    expect(guardingAlarms({ name: 'careful', type: 'canary', rollbackOn }, guarded)).toEqual(
      expect.arrayContaining(['shop/web/rollback-careful-1-blue', 'shop/web/rollback-careful-1-green']),
    )
  })

  it('are none of the service’s where those are switched off', () => {
    const alarms = { alarmNames: ['mine'], enable: false, rollback: false }

    expect(
      guardingAlarms(undefined, {
        app: 'shop',
        process: 'web',
        service: { ...service, configuration: { alarms } },
        traffic: [],
      }),
    ).toEqual([])
  })
})

describe('the alarms of a service at rest', () => {
  it('are those of both target groups: nobody knows which one is next when somebody else deploys', () => {
    const guarded = { app: 'shop', process: 'web', service, traffic: [] }

    expect(restingAlarms({ name: 'careful', type: 'canary', rollbackOn }, guarded)).toEqual([
      'shop/web/rollback-careful-1-blue',
      'shop/web/rollback-careful-1-green',
      'shop/web/rollback-careful-2',
      'mine',
    ])
  })
})

describe('where the traffic goes', () => {
  it('is split while both groups have some', () => {
    expect(traffic({ [blue]: 90, [green]: 10 })).toMatchObject([{ live: blue, other: green, isSplit: true }])
  })

  it('is nowhere to be read without its rule', () => {
    expect(trafficNow(wiring, [])).toMatchObject({ isRuleGone: true })
  })

  it('is no question for a single target group', () => {
    expect(trafficNow({ targetGroup: blue }, [])).toBeUndefined()
  })
})
