import { describe, expect, it } from 'vitest'
import type { Gathered, GatheredProcess } from '../../lib/actions/plan/gather.ts'
import { makePlan } from '../../lib/actions/plan/make-plan.ts'
import type { PlannedProcess, ProcessPlan, RefusedProcess } from '../../lib/actions/plan/plan.ts'
import type { ClassicDeployment, Service, ServiceDeploymentBrief } from '../../lib/actions/ports.ts'
import type { TaskDefinition } from '../../lib/deployment/task-definition.ts'
import { someLease } from '../adapters/some-records.ts'

const now = Date.UTC(2026, 10, 20)
const revision = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:7'

describe('what a deploy goes back to', () => {
  it('is the current revision, where nothing is under way', () => {
    expect(previous({})).toMatchObject({ taskDefinition: revision })
  })

  it('is the last that completed, where something is under way', () => {
    const completed = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:6'

    expect(previous({ history: [brief('STOPPED')], lastCompleted: completed })).toMatchObject({
      taskDefinition: completed,
    })
  })

  it('is the only deployment behind a Classic Load Balancer, whose rollout has no state', () => {
    const service = { classicLoadBalancer: 'lb', deployments: [primary({ rolloutState: undefined })] }

    expect(previous({ history: [], service })).toMatchObject({ taskDefinition: revision })
  })

  it('is the only deployment when its success is beyond what ECS remembers', () => {
    expect(previous({ history: [brief('ROLLBACK_SUCCESSFUL')] })).toMatchObject({ taskDefinition: revision })
  })

  it.each([
    ['does not run all its tasks', { service: { deployments: [primary({ running: 1 })] } }],
    ['is not the only one', { service: { deployments: [primary(), primary({ status: 'ACTIVE' })] } }],
    ['failed', { service: { deployments: [primary({ rolloutState: 'FAILED' })] } }],
    ['is still under way', { history: [brief('IN_PROGRESS')] }],
    ['had nothing to go back to itself', { history: [brief('ROLLBACK_FAILED')] }],
  ] as const)('is nothing when no success is known and the deployment %s', (_, over) => {
    expect(previous({ history: [], ...over })).toBeUndefined()
  })
})

describe('the health of a process', () => {
  it.each([
    [
      'with target groups',
      { loadBalancers: [{ targetGroup: 'tg' }] },
      { loadBalanced: true, stayRunning: 0 },
    ],
    [
      'behind a Classic Load Balancer',
      { classicLoadBalancer: 'lb' },
      { loadBalanced: false, stayRunning: 0 },
    ],
    ['without any health check', {}, { loadBalanced: false, stayRunning: 15_000 }],
  ])('%s', (_, service, health) => {
    expect(planned({ service }).health).toMatchObject(health)
  })

  it('has no limit behind a Classic Load Balancer, which only ECS can see', () => {
    const service = { classicLoadBalancer: 'lb', tags: { 'tapit:readiness-timeout-ms': '1000' } }

    expect(planned({ service }).health.readinessLimit).toBeUndefined()
  })

  it('behind a Classic Load Balancer counts for the circuit breaker and makes an api', () => {
    const plan = planned({ service: { classicLoadBalancer: 'lb' } })

    expect(plan.configuration.deploymentCircuitBreaker).not.toHaveProperty('resetOnHealthyTask')
    expect(plan.kind).toBe('api')
  })
})

describe('the architecture', () => {
  const image = { ...anImage(), platforms: ['linux/arm64'] }

  it('refuses an image that the definition cannot run', () => {
    expect(refused({ image, base: definition({ cpuArchitecture: 'X86_64' }) }).code).toBe(
      'architecture_mismatch',
    )
  })

  it('refuses nothing where only the instances know it', () => {
    expect(planned({ image, base: definition({ cpuArchitecture: undefined }) }).is).toBe('planned')
  })
})

describe('another deployment in progress', () => {
  it('says how to see it, app and all', () => {
    const lease = someLease({ renewedAt: now, since: now })

    expect(refused({ lease }).advice).toBe(
      `tapit -a shop show deploy id=${lease.deploymentId} shows it; create deploy --supersede reason=… takes over.`,
    )
  })

  it('of somebody else is shown by status', () => {
    expect(refused({ history: [brief('IN_PROGRESS')] }, {}).advice).toBe(
      'tapit -a shop status shows it; create deploy --supersede reason=… takes over.',
    )
  })
})

describe('the count of the infrastructure', () => {
  const tagged = (configured: string, ran?: string): Over => ({
    service: { desired: 2, tags: { 'tapit:count': configured } },
    current: { ...definition(), tags: ran === undefined ? {} : { 'tapit:count': ran } },
  })

  it.each([
    ['is set where what runs was deployed with another one', tagged('3', '2'), { before: 2, after: 3 }],
    ['is set by the first deploy', tagged('3'), { before: 2, after: 3 }],
    ['is set to nothing where that is what is wanted', tagged('0', '2'), { before: 2, after: 0 }],
    ['is left alone where it is the one that was deployed last', tagged('3', '3'), undefined],
    ['is left alone where auto scaling has it', { service: { desired: 2 } }, undefined],
  ])('%s', (_fact, over, count) => {
    const plan = planned(over)

    expect(plan.count).toEqual(count)
    expect(plan.desired).toBe(count?.after ?? 2)
  })
})

describe('a placeholder', () => {
  it('is what the first deploy goes back to, and is not compared with', () => {
    const plan = planned({ isPlaceholder: true, base: { ...definition(), definition: { cpu: '1024' } } })

    expect(plan.previous).toEqual({ taskDefinition: revision, isPlaceholder: true })
    expect(plan.changes).toEqual([])
  })
})

describe('the name of the strategy', () => {
  it.each([
    ['careful', 'careful'],
    ['rolling', undefined],
  ])('%s is told as %s beside its type', (given, name) => {
    const strategy = { name: given, type: 'rolling' } as const
    const plan = planned({ strategy: { strategy, own: strategy } })

    expect([plan.strategy, plan.strategyName]).toEqual(['rolling', name])
  })
})

describe('a strategy that moves traffic', () => {
  const strategy = { name: 'careful', type: 'canary' } as const
  const own = { name: 'rolling', type: 'rolling' } as const
  const pair = {
    targetGroup: 'blue',
    alternate: 'green',
    productionRule: 'rule',
    testRule: 'test',
    role: 'role',
  }
  const now = { live: 'blue', other: 'green', isSplit: false, isRuleGone: false }
  const traffic = [now]
  const service = {
    loadBalancers: [{ targetGroup: 'blue' }, { targetGroup: 'green' }],
    wiring: [pair],
  }

  it('sends the whole configuration and gives the service its own one back', () => {
    const plan = planned({ service, traffic, strategy: { strategy, own }, alarms: ['5xx'], alarmsAtRest: [] })

    expect(plan).toMatchObject({
      strategy: 'canary',
      strategyName: 'careful',
      configuration: { strategy: 'CANARY', alarms: { alarmNames: ['5xx'], enable: true, rollback: true } },
      restore: { strategy: 'ROLLING', alarms: { alarmNames: [], enable: false } },
    })
  })

  it('that is its own leaves the service as it is', () => {
    expect(planned({ service, traffic, strategy: { strategy, own: strategy } }).restore).toBeUndefined()
  })

  it('that is its own and pauses leaves no pause behind', () => {
    const pausing = { ...strategy, pauseBefore: ['switch' as const] }
    const plan = planned({ service, traffic, strategy: { strategy: pausing, own: pausing } })

    expect(plan.configuration.lifecycleHooks).toHaveLength(1)
    expect(plan.restore).toMatchObject({ strategy: 'CANARY', lifecycleHooks: [] })
  })

  it.each<[string, Over, string, RegExp]>([
    [
      'there is one target group',
      { service: { ...service, wiring: [{ targetGroup: 'blue' }] } },
      'cannot_move_traffic',
      /two target groups/,
    ],
    [
      'ECS has no role to move it with',
      { service: { ...service, wiring: [{ ...pair, role: undefined }] } },
      'cannot_move_traffic',
      /a role/,
    ],
    [
      'a Classic Load Balancer has it',
      { service: { loadBalancers: [], wiring: [], classicLoadBalancer: 'old' } },
      'cannot_move_traffic',
      /two target groups/,
    ],
    [
      'the rule is gone',
      { traffic: [{ ...now, isRuleGone: true }] },
      'cannot_move_traffic',
      /rule of its production traffic is gone/,
    ],
    [
      'it is split already',
      { traffic: [{ ...now, isSplit: true }] },
      'cannot_move_traffic',
      /split between both/,
    ],
    [
      'its alarms do not exist',
      { alarms: ['a', 'b'], alarmsMissing: ['b'] },
      'alarms_missing',
      /do not exist here: b\./,
    ],
  ])('is refused where %s', (_, over, code, reason) => {
    const plan = refused({ service, traffic, strategy: { strategy, own }, ...over })

    expect(plan).toMatchObject({ code, reason: expect.stringMatching(reason) })
  })

  it('takes over from one that has split the traffic', () => {
    const split = [{ live: 'blue', other: 'green', isSplit: true, isRuleGone: false }]

    expect(
      planned({ service, traffic: split, strategy: { strategy, own } }, { supersede: { reason: 'fix' } })
        .strategy,
    ).toBe('canary')
  })

  it('is refused for what the gathering found to be no strategy', () => {
    const none = {
      code: 'unknown_strategy',
      reason: 'there is none.',
      advice: 'Name another.',
      isUsage: true,
    }

    expect(refused({ strategy: none })).toMatchObject(none)
  })
})

type Over = Partial<Omit<GatheredProcess, 'service'>> & { readonly service?: Partial<Service> }

function previous(over: Over): PlannedProcess['previous'] {
  return planned(over, { supersede: { reason: 'test' } }).previous
}

function planned(over: Over, more: object = {}): PlannedProcess {
  const plan = planOf(over, more)
  if (plan?.is !== 'planned') throw new Error(JSON.stringify(plan))
  return plan
}

function refused(over: Over, more: object = {}): RefusedProcess {
  const plan = planOf(over, more)
  if (plan?.is !== 'refused') throw new Error('was not refused')
  return plan
}

function planOf({ service, ...over }: Over, more: object): ProcessPlan | undefined {
  const base = definition()
  const process: GatheredProcess = {
    process: 'web',
    service: aService(service),
    current: base,
    isPlaceholder: false,
    base,
    image: anImage(),
    tasks: [],
    targetGroups: [],
    strategy: {},
    traffic: [],
    alarms: [],
    alarmsAtRest: [],
    alarmsRinging: [],
    alarmsMissing: [],
    ...over,
  }
  const gathered: Gathered = {
    cluster: { name: 'shop', arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop', tags: {} },
    environment: 'production',
    leftOut: [],
    caller: 'arn',
    parameters: new Map(),
    processes: [process],
  }
  return makePlan(gathered, { app: 'shop', trigger: 'manual', ...more }, now).processes[0]
}

function aService(over: Partial<Service> = {}): Service {
  return {
    name: 'web',
    arn: 'arn',
    cluster: 'shop',
    tags: {},
    controller: 'ECS',
    scheduling: 'REPLICA',
    desired: 2,
    running: 2,
    pending: 0,
    taskDefinition: revision,
    deployments: [primary()],
    loadBalancers: [],
    wiring: [],
    gracePeriodSeconds: 0,
    configuration: {},
    ...over,
  }
}

function primary(over: Partial<ClassicDeployment> = {}): ClassicDeployment {
  return {
    id: 'ecs-svc/1',
    status: 'PRIMARY',
    taskDefinition: revision,
    rolloutState: 'COMPLETED',
    running: 2,
    failedTasks: 0,
    ...over,
  }
}

function brief(status: string): ServiceDeploymentBrief {
  return { arn: 'arn', status, createdAt: now }
}

function anImage(): Extract<GatheredProcess['image'], { digest: string }> {
  return { container: 'web', repository: 'shop', dockerTag: 'v1', digest: `sha256:${'a'.repeat(64)}` }
}

function definition(over: Partial<TaskDefinition> = {}): TaskDefinition {
  return {
    arn: revision,
    family: 'shop-web',
    revision: 7,
    isActive: true,
    containers: [{ name: 'web', image: 'shop:1', essential: true, hasHealthCheck: false }],
    tags: {},
    definition: {},
    ...over,
  }
}
