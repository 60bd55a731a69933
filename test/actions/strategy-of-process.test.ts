import { describe, expect, it } from 'vitest'
import type { Service } from '../../lib/actions/ports.ts'
import { type StrategyQuestion, strategyOfProcess } from '../../lib/actions/plan/strategy-of-process.ts'

const careful = { type: 'canary', canaryPercent: 10, canaryBakeMinutes: 5, pauseBefore: ['switch'] }

describe('the strategy of a process', () => {
  it('is the one that its service is tagged with, as it was published', () => {
    expect(asked({ tag: 'careful' })).toEqual({
      strategy: { name: 'careful', ...careful },
      own: { name: 'careful', ...careful },
    })
  })

  it('is a built-in one where nothing of that name was published', () => {
    expect(asked({ tag: 'rolling' })).toMatchObject({ strategy: { name: 'rolling', type: 'rolling' } })
  })

  it('is none where its service names none and nobody asked for one', () => {
    expect(asked({})).toEqual({})
  })

  it('is the one that was asked for, and its own one is known beside it', () => {
    expect(asked({ tag: 'rolling', wish: { name: 'careful' } })).toMatchObject({
      strategy: { name: 'careful', type: 'canary' },
      own: { name: 'rolling' },
    })
  })

  it('is changed for this time where that was asked, and what was published is not', () => {
    const found = asked({ tag: 'careful', wish: { overrides: { canaryPercent: 25 } } })

    expect(found).toMatchObject({ strategy: { canaryPercent: 25, canaryBakeMinutes: 5 }, own: careful })
  })

  it.each([
    ['was never published', { tag: 'bold' }],
    ['cannot be read', { tag: 'careful', text: '{' }],
  ])('can be another one where its own %s: that is the way out', (_, service) => {
    expect(asked({ ...service, wish: { name: 'rolling' } })).toEqual({
      strategy: { name: 'rolling', type: 'rolling' },
    })
  })

  it('has no pause, and no timeout of one, where none was asked for', () => {
    const published = { ...careful, pauseTimeoutMinutes: 60, onPauseTimeout: 'continue' }
    const found = asked({ tag: 'careful', published, wish: { overrides: { pauseBefore: [] } } })

    expect(found).toMatchObject({ strategy: { name: 'careful', canaryPercent: 10 } })
    expect('strategy' in found && found.strategy).not.toHaveProperty('pauseBefore')
    expect('strategy' in found && found.strategy).not.toHaveProperty('pauseTimeoutMinutes')
  })

  it('of a service that names none is read off its configuration to be changed', () => {
    const configuration = {
      strategy: 'CANARY',
      bakeTimeInMinutes: 3,
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 7 },
    }
    const found = asked({ configuration, wish: { overrides: { canaryPercent: 50 } } })

    expect(found).toEqual({
      strategy: { name: 'canary', type: 'canary', canaryPercent: 50, canaryBakeMinutes: 7, bakeMinutes: 3 },
      isReadOff: true,
    })
  })

  it.each<[string, Asked, string, RegExp]>([
    ['nobody knows it', { wish: { name: 'carefull' } }, 'unknown_strategy', /Did you mean careful\?/],
    [
      'its service names one that was never published',
      { tag: 'bold' },
      'settings_missing',
      /tapit\/shop\/strategies\/bold/,
    ],
    ['what was published is no JSON', { tag: 'careful', text: '{' }, 'bad_strategy', /not JSON/],
    [
      'what was published has a key nobody knows',
      { tag: 'careful', text: '{"type":"rolling","speed":3}' },
      'bad_strategy',
      /speed: unknown key/,
    ],
    [
      'a share is out of bounds',
      { tag: 'careful', wish: { overrides: { canaryPercent: 250 } } },
      'bad_override',
      /canary_percent: 250 is not allowed/,
    ],
    [
      'a key is for another type',
      { tag: 'rolling', wish: { overrides: { canaryPercent: 25 } } },
      'bad_override',
      /canary_percent: is not allowed with type rolling/,
    ],
    [
      'its targets leave the process out',
      {
        tag: 'rolling',
        wish: { name: 'careful' },
        published: { ...careful, targets: { processes: ['api'] } },
      },
      'strategy_not_for_here',
      /the process web/,
    ],
    [
      'its targets leave the environment out',
      { wish: { name: 'careful' }, published: { ...careful, targets: { environments: ['staging'] } } },
      'strategy_not_for_here',
      /the environment production/,
    ],
    [
      'its targets leave the region out',
      { wish: { name: 'careful' }, published: { ...careful, targets: { regions: ['eu-west-1'] } } },
      'strategy_not_for_here',
      /the region us-east-1/,
    ],
    [
      'a worker has no traffic to move',
      { isWorker: true, wish: { name: 'linear' } },
      'strategy_misfit',
      /use rolling or blue_green/,
    ],
  ])('is refused where %s', (_, question, code, reason) => {
    expect(asked(question)).toMatchObject({ code, reason: expect.stringMatching(reason) })
  })

  it.each([
    ['blames the command line for what it names', { wish: { name: 'carefull' } }, true],
    ['does not blame it for what was published', { tag: 'careful', text: '{' }, undefined],
  ] as const)('%s', (_, question, isUsage) => {
    const found = asked(question)

    expect('code' in found && found.isUsage).toBe(isUsage)
  })
})

type Asked = {
  readonly tag?: string
  readonly wish?: StrategyQuestion['wish']
  readonly published?: object
  readonly text?: string
  readonly configuration?: Service['configuration']
  readonly isWorker?: boolean
}

function asked({ tag, wish = {}, published = careful, text, configuration = {}, isWorker = false }: Asked) {
  return strategyOfProcess({
    app: 'shop',
    process: 'web',
    environment: 'production',
    region: 'us-east-1',
    wish,
    parameters: new Map([['/tapit/shop/strategies/careful', text ?? JSON.stringify(published)]]),
    service: service({ tag, configuration, isWorker }),
  })
}

function service({
  tag,
  configuration,
  isWorker,
}: Pick<Asked, 'tag' | 'configuration' | 'isWorker'>): Service {
  return {
    name: 'web',
    arn: 'arn:aws:ecs:us-east-1:123456789012:service/shop/web',
    cluster: 'shop',
    tags: tag === undefined ? {} : { 'tapit:strategy': tag },
    controller: 'ECS',
    scheduling: 'REPLICA',
    desired: 1,
    running: 1,
    pending: 0,
    taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop-web:1',
    deployments: [],
    loadBalancers: isWorker === true ? [] : [{ targetGroup: 'blue' }, { targetGroup: 'green' }],
    wiring: [],
    gracePeriodSeconds: 0,
    configuration: configuration ?? {},
  }
}
