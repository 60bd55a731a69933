import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import {
  type DeploymentConfiguration,
  DescribeServicesCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import { setHookAnswer } from '../../../lib/sandbox/ecs/hook-answer.ts'
import { rollbackAlarmName, strategyParameter } from '../../../lib/names/aws.ts'
import { eventually } from './support/eventually.ts'
import { expectedStanding } from './support/expected-standing.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { atRest, expectTidy, type StrategyShop } from './support/strategy-shop.ts'

const deploy = ['create', 'deploy', 'process=default', 'docker_tag=v1.2.3']
const short = { TAPIT_LEASE_SECONDS: '5' }

const smokeTest = {
  hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:smoke-test',
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
} satisfies NonNullable<DeploymentConfiguration['lifecycleHooks']>[number]

describe.concurrent('the configuration of a service', () => {
  it('is as it was once somebody looks after the command died, whatever became of the deployment: status', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const running = shop.start([...deploy, 'strategy=canary', 'canary_bake_minutes=2', '--wait'], short)
      await shop.holdAt('default', moments['at its first step'])
      running.kill('SIGKILL')
      await running.ended
      shop.clock.release()
      await shop.atRest('default')
      const during = await shop.configuration('default')
      const { code } = await shop.tapit('status')

      expect(during).toMatchObject({ strategy: 'CANARY' })
      expect(code).toBe(0)
      expect(atRest(await shop.configuration('default'))).toEqual(atRest(before))
    }))

  it('is as it was also where the deployment failed after its command had died: show deploy', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const crashing = deploy.map(word => word.replace('v1.2.3', 'v-crash'))
      const running = shop.start([...crashing, 'strategy=linear', '--wait'], short)
      await shop.holdAt('default', moments['while its tasks start'])
      running.kill('SIGKILL')
      await running.ended
      shop.clock.release()
      await shop.atRest('default')
      const { document } = await shop.json('show', 'deploy')

      expect(document.deployments).toMatchObject([
        { status: 'rolled_back', failure: { code: 'container_exited' } },
      ])
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
      expect(atRest(await shop.configuration('default'))).toEqual(atRest(before))
    }))

  it('is as it was when nobody waited for the end, once somebody looks', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const { code } = await shop.tapit(...deploy, 'strategy=blue_green', 'bake_minutes=1')
      await shop.atRest('default')
      const during = await shop.configuration('default')
      await shop.tapit('show', 'deploy')

      expect(code).toBe(0)
      expect(during).toMatchObject({ strategy: 'BLUE_GREEN' })
      await expectTidy(shop, 'default', before)
    }))

  // It is not yet: what a service that is ROLLING at rest is given back does not say that there is no bake time.
  it.fails('is as it was with its bake time, too', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      await shop.tapit(...deploy, 'strategy=blue_green', 'bake_minutes=1', '--wait')

      expect(await shop.configuration('default')).toEqual(before)
    }))
})

describe.concurrent('Lambda hooks that somebody gave the service', () => {
  it.each([
    { strategy: 'canary', argv: ['strategy=canary', 'canary_bake_minutes=1'] },
    { strategy: 'linear', argv: ['strategy=linear', 'step_percent=50', 'step_bake_minutes=1'] },
    { strategy: 'blue_green', argv: [] },
  ])('are sent along, and stay: $strategy', ({ argv }) =>
    inShop(async shop => {
      await hooked(shop)
      const before = await shop.configuration('default')
      const { code, stderr } = await shop.tapit(...deploy, ...argv, '--wait')
      await shop.atRest('default')

      expect({ code, said: code === 0 ? '' : stderr }).toEqual({ code: 0, said: '' })
      const called = shop.seen('default').deployment.hooks.map(({ targetArn, status }) => [targetArn, status])
      expect(called).toEqual([[smokeTest.hookTargetArn, 'SUCCEEDED']])
      await expectTidy(shop, 'default', before)
    }),
  )

  it('are sent along beside the pauses of the strategy, and those go again', () =>
    inShop(async shop => {
      await hooked(shop)
      const before = await shop.configuration('default')
      const running = shop.start([...deploy, 'strategy=approved', 'pause_timeout_minutes=1000', '--wait'])
      await shop.until('default', moments['while it waits before the switch'])
      const during = await shop.configuration('default')
      await shop.tapit('continue', 'deploy')
      const { code } = await running.ended
      await shop.atRest('default')

      expect(during?.lifecycleHooks).toMatchObject([
        smokeTest,
        { targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] },
      ])
      expect(code).toBe(0)
      await expectTidy(shop, 'default', before)
    }))

  it('come back after a rolling deployment in between', () =>
    inShop(async shop => {
      await hooked(shop)
      const before = await shop.configuration('default')
      const { code } = await shop.tapit(...deploy, 'strategy=rolling', '--wait')
      await shop.atRest('default')

      expect(code).toBe(0)
      expect(shop.seen('default').deployment.deploymentConfiguration.strategy).toBe('ROLLING')
      await expectTidy(shop, 'default', before)
    }))

  it.each(['failed', 'error'] as const)('roll a deployment back when they say no: %s', answer =>
    inShop(async shop => {
      await hooked(shop)
      setHookAnswer(shop.sandbox.world, { functionName: 'smoke-test', answer })
      const before = await shop.configuration('default')
      const { code, document } = await shop.json(...deploy, 'strategy=canary', '--wait')
      await shop.atRest('default')

      expect(code).toBe(1)
      const [deployment] = document.deployments
      expect(deployment).toMatchObject({ status: 'rolled_back', failure: { code: 'hook_failed' } })
      expect(deployment.failure.message).toContain('smoke-test')
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
      await expectTidy(shop, 'default', before)
    }),
  )
})

type Wrong = { readonly words: string; readonly code: number; readonly error: string }

describe.concurrent('a strategy that cannot be', () => {
  it.each<Wrong>([
    { words: 'strategy=cannary', code: 2, error: 'unknown_strategy' },
    { words: 'strategy=canary canary_percent=250', code: 2, error: 'bad_override' },
    { words: 'strategy=canary canary_percent=ten', code: 2, error: 'bad_value' },
    { words: 'strategy=canary canary_percent=-5', code: 2, error: 'bad_value' },
    { words: 'strategy=blue_green canary_percent=10', code: 2, error: 'bad_override' },
    { words: 'canary_percent=10', code: 2, error: 'bad_override' },
    { words: 'strategy=linear step_percent=1', code: 2, error: 'bad_override' },
    { words: 'strategy=rolling pause_before=switch', code: 2, error: 'bad_override' },
    { words: 'strategy=blue_green pause_before=none,switch', code: 2, error: 'bad_value' },
    { words: 'strategy=blue_green pause_timeout_minutes=5', code: 2, error: 'bad_override' },
    { words: 'strategy=rolling failure_threshold=lots', code: 2, error: 'bad_value' },
    { words: 'process=worker strategy=canary', code: 3, error: 'strategy_misfit' },
    { words: 'process=worker strategy=linear', code: 3, error: 'strategy_misfit' },
    { words: 'process=default,worker strategy=canary', code: 3, error: 'strategy_misfit' },
    { words: 'process=worker strategy=careful', code: 3, error: 'strategy_misfit' },
    { words: 'strategy=unguarded', code: 3, error: 'alarms_missing' },
    { words: 'strategy=elsewhere', code: 3, error: 'strategy_not_for_here' },
    { words: 'strategy=broken', code: 3, error: 'bad_strategy' },
    { words: 'strategy=newer', code: 3, error: 'bad_strategy' },
  ])('is refused, and nothing has changed: $words', ({ words, code, error }) =>
    inShop(async shop => {
      const rollbackOn = [{ metric: 'http.error_rate', above: 5 }]
      await published(shop, 'unguarded', JSON.stringify({ type: 'blue_green', rollbackOn }))
      await published(
        shop,
        'elsewhere',
        JSON.stringify({ type: 'blue_green', targets: { environments: ['staging'] } }),
      )
      await published(shop, 'broken', '{"type": "canary"')
      await published(shop, 'newer', JSON.stringify({ type: 'blue_green', moonPhase: 'full' }))
      const before = await services(shop)
      const named = words.includes('process=') ? [] : ['process=default']
      const refused = await shop.json(
        'create',
        'deploy',
        'docker_tag=v1.2.3',
        ...named,
        ...words.split(' '),
        '--wait',
      )

      expect({ code: refused.code, error: refused.document.error.code }).toEqual({ code, error })
      expect(refused.document.error.message).not.toBe('')
      expect(refused.document.error.advice).not.toBe('')
      expect(await services(shop)).toEqual(before)
      expect(await shop.leases()).toEqual([])
      expect((await shop.json('list', 'deploys')).document.deployments).toEqual([])
    }),
  )

  it('is warned of where its alarm rings already, since ECS ignores it then', () =>
    inShop(async shop => {
      const of = { app: 'shop', process: 'default', strategy: 'careful', rule: 1 } as const
      await shop.aws.cloudwatch.send(
        new SetAlarmStateCommand({
          AlarmName: rollbackAlarmName({ ...of, color: 'green' }),
          StateValue: 'ALARM',
          StateReason: 'it rang before',
        }),
      )
      const { code, stderr } = await shop.tapit(...deploy, 'strategy=careful', '--dry-run')

      expect(code).toBe(0)
      expect(stderr).toContain(rollbackAlarmName({ ...of, color: 'green' }))
    }))
})

/** As CDK makes a service whose own strategy is blue_green, with a hook that its owner put there. */
async function hooked(shop: StrategyShop): Promise<void> {
  const { ecs } = shop.aws
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: 'shop',
      service: 'default',
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        lifecycleHooks: [smokeTest],
        alarms: { alarmNames: [], enable: false, rollback: false },
      },
    }),
  )
  await ecs.send(
    new TagResourceCommand({
      resourceArn: service?.serviceArn,
      tags: [{ key: 'tapit:strategy', value: 'blue_green' }],
    }),
  )
  await eventually(
    () => shop.configuration('default'),
    configuration => configuration?.strategy === 'BLUE_GREEN',
    { every: 50 },
  )
}

async function published({ aws: { ssm } }: StrategyShop, name: string, Value: string): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name: strategyParameter('shop', name), Type: 'String', Value }))
}

async function services({ aws: { ecs } }: StrategyShop): Promise<unknown> {
  const { services: found } = await ecs.send(
    new DescribeServicesCommand({ cluster: 'shop', services: ['default', 'worker'], include: ['TAGS'] }),
  )
  return found
}
