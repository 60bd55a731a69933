import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { TagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import type { Visit } from './support/crowd.ts'
import { eventually } from './support/eventually.ts'
import { expectedStanding } from './support/expected-standing.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { blue, expectTidy, green, type StrategyShop } from './support/strategy-shop.ts'
import { watched } from './support/strategy-cases.ts'

const short = { TAPIT_LEASE_SECONDS: '5' }
const canary = ['strategy=canary', 'canary_percent=20', 'canary_bake_minutes=2', 'bake_minutes=1']

describe.concurrent('one deployment after the other', () => {
  it('every strategy goes on from where the one before has left the traffic, and users lose nothing', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const crowd = await shop.crowd({ perSecond: 30 })
      const standings: unknown[] = []
      for (const [tag, argv] of [
        ['v2', ['strategy=blue_green', 'bake_minutes=1']],
        ['v3', ['strategy=rolling']],
        ['v4', canary],
        ['v5', ['strategy=linear', 'step_percent=50', 'step_bake_minutes=1']],
        ['v6', ['strategy=all_at_once']],
      ] as const) {
        await shop.push({ tag, behaviour: 'ok' })
        expect((await shop.deploy({ dockerTag: tag, argv })).code).toBe(0)
        await shop.atRest('default')
        const { runs, production } = await shop.standing('default')
        standings.push([...runs, production])
      }
      const visits = await crowd.leave()

      expect(standings).toEqual([
        ['v2', green],
        ['v3', green],
        ['v4', blue],
        ['v5', green],
        ['v6', blue],
      ])
      expect(visits.filter(isLost).map(described)).toEqual([])
      expect(visits.length).toBeGreaterThan(300)
      await expectTidy(shop, 'default', before)
    }))

  it('a service with a strategy of its own is deployed by it, and has it afterwards: each time the other alarm guards', () =>
    inShop(async shop => {
      const name = 'watched-canary'
      await publishWatched(shop)
      await ownStrategy(shop, name)
      const before = await shop.configuration('default')
      const guards: unknown[] = []
      for (const tag of ['v2', 'v3']) {
        await shop.push({ tag, behaviour: 'ok' })
        expect((await shop.deploy({ dockerTag: tag, argv: ['canary_bake_minutes=1'] })).code).toBe(0)
        await shop.atRest('default')
        const { strategy, alarms } = shop.seen('default').deployment.deploymentConfiguration
        guards.push([strategy, alarms])
        await expectTidy(shop, 'default', before)
      }

      const guardedBy = (color: string) => ({
        alarmNames: [`shop/default/rollback-${name}-1-${color}`],
        enable: true,
        rollback: true,
      })
      expect(guards).toEqual([
        ['CANARY', guardedBy('green')],
        ['CANARY', guardedBy('blue')],
      ])
    }))

  it('a bad version is judged by the alarm of its own target group, wherever the traffic is', () =>
    inShop(async shop => {
      await publishWatched(shop)
      expect((await shop.deploy({ dockerTag: 'v1.2.3', argv: ['strategy=blue_green'] })).code).toBe(0)
      await shop.atRest('default')
      const crowd = await shop.crowd({ perSecond: 50 })
      const { code, document } = await shop.deploy({
        dockerTag: 'v-errors',
        argv: ['strategy=watched-canary'],
      })
      await crowd.leave()
      await shop.atRest('default')

      expect(code).toBe(1)
      expect(document.deployments).toMatchObject([{ status: 'rolled_back', failure: { code: 'alarm' } }])
      expect(await shop.standing('default')).toMatchObject({ runs: ['v1.2.3'], production: green })
    }))

  it('a broken version that runs, and whose alarm rings, keeps no good one from going live', () =>
    inShop(async shop => {
      await publishWatched(shop)
      const crowd = await shop.crowd({ perSecond: 50 })
      expect((await shop.deploy({ dockerTag: 'v-errors', argv: ['strategy=all_at_once'] })).code).toBe(0)
      await isRinging(shop, 'shop/default/rollback-watched-canary-1-green')
      const { code, stderr } = await shop.deploy({
        dockerTag: 'v1.2.3',
        argv: ['strategy=watched-canary', 'canary_bake_minutes=4'],
      })
      await shop.atRest('default')
      await crowd.leave()

      expect({ code, said: code === 0 ? '' : stderr }).toEqual({ code: 0, said: '' })
      expect(await shop.standing('default')).toMatchObject({ runs: ['v1.2.3'], production: blue })
    }))

  it('a broken version that runs, and whose alarm rings, does not switch off the alarm of the next bad one', () =>
    inShop(async shop => {
      await publishWatched(shop)
      await shop.push({ tag: 'v-errors-2', behaviour: 'errors' })
      const crowd = await shop.crowd({ perSecond: 50 })
      expect((await shop.deploy({ dockerTag: 'v-errors', argv: ['strategy=all_at_once'] })).code).toBe(0)
      await isRinging(shop, 'shop/default/rollback-watched-canary-1-green')
      const { code, document } = await shop.deploy({
        dockerTag: 'v-errors-2',
        argv: ['strategy=watched-canary'],
      })
      await shop.atRest('default')
      await crowd.leave()

      expect(code).toBe(1)
      expect(document.deployments).toMatchObject([{ status: 'rolled_back', failure: { code: 'alarm' } }])
      expect(await shop.standing('default')).toMatchObject({ runs: ['v-errors'], production: green })
    }))
})

describe.concurrent('one deployment over another', () => {
  it('rolling takes over from a canary in the middle of its traffic, and users lose nothing', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      await shop.push({ tag: 'v1.2.4', behaviour: 'ok' })
      const crowd = await shop.crowd({ perSecond: 50 })
      const first = shop.startDeploy({ dockerTag: 'v1.2.3', argv: canary })
      await shop.holdAt('default', moments['at its first step'])
      const { arn } = shop.seen('default').deployment
      const second = shop.startDeploy({ dockerTag: 'v1.2.4', argv: ['--supersede', 'reason=urgent'] })
      await shop.until('default', ({ deployment }) => deployment.arn !== arn)
      shop.clock.release()
      const codes = [(await first.ended).code, (await second.ended).code]
      await shop.atRest('default')
      const visits = await crowd.leave()

      expect(codes).toEqual([6, 0])
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.4' }))
      expect(visits.filter(isLost).map(described)).toEqual([])
      await expectTidy(shop, 'default', before)
    }))

  it('a deployment that is superseded while the old tasks go keeps the traffic until the newer one has it', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      await shop.push({ tag: 'v1.2.4', behaviour: 'ok' })
      const crowd = await shop.crowd({ perSecond: 50 })
      const argv = ['strategy=blue_green', 'bake_minutes=1']
      const first = shop.startDeploy({ dockerTag: 'v1.2.3', argv: argv })
      await shop.holdAt('default', moments['while the old tasks go'])
      const { arn } = shop.seen('default').deployment
      const second = shop.startDeploy({
        dockerTag: 'v1.2.4',
        argv: [...argv, '--supersede', 'reason=urgent'],
      })
      await shop.until('default', ({ deployment }) => deployment.arn !== arn)
      shop.clock.release()
      const [one, other] = [await first.ended, await second.ended]
      await shop.atRest('default')
      const visits = await crowd.leave()

      expect([one.code, other.code]).toEqual([6, 0])
      expect(await shop.standing('default')).toEqual({
        ...expectedStanding({ process: 'default', runs: 'v1.2.4' }),
        test: blue,
      })
      expect(visits.filter(isLost).map(described)).toEqual([])
      await expectTidy(shop, 'default', before)
    }))

  it('a bad one that takes over from a one-off whose command was killed leaves the service as it was at first', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const killed = shop.startDeploy({ dockerTag: 'v1.2.3', argv: canary, env: short })
      await shop.holdAt('default', moments['at its first step'])
      killed.kill('SIGKILL')
      await killed.ended
      const { arn } = shop.seen('default').deployment
      const second = shop.startDeploy({
        dockerTag: 'v-crash',
        argv: ['strategy=blue_green', '--supersede', 'reason=urgent'],
        env: short,
      })
      await shop.until('default', ({ deployment }) => deployment.arn !== arn)
      shop.clock.release()
      const { code, stdout, stderr } = await second.ended
      await shop.atRest('default')
      const { document } = await shop.json('list', 'deploys')

      expect({ code, said: code === 1 ? '' : stderr }).toEqual({ code: 1, said: '' })
      expect(JSON.parse(stdout).deployments).toMatchObject([{ status: 'rolled_back' }])
      expect(document.deployments.map((each: any) => each.status)).toEqual(['rolled_back', 'cancelled'])
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
      await expectTidy(shop, 'default', before)
    }))

  it('a killed one is cancelled by whoever comes next, and the service is as it was', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const killed = shop.startDeploy({ dockerTag: 'v1.2.3', argv: canary, env: short })
      await shop.holdAt('default', moments['while it bakes'])
      killed.kill('SIGKILL')
      await killed.ended
      const cancel = shop.start(['cancel', 'deploy', '--wait', '-o', 'json'])
      await shop.until('default', ({ deployment }) => deployment.status === 'ROLLBACK_REQUESTED')
      shop.clock.release()
      const { code, stdout } = await cancel.ended
      await shop.atRest('default')

      expect(code).toBe(0)
      expect(JSON.parse(stdout).deployments).toMatchObject([{ status: 'cancelled' }])
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
      expect(await shop.configuration('default')).toMatchObject({ strategy: before?.strategy })
    }))
})

describe.concurrent('a deployment in stages', () => {
  it('of a version that crashes while it bakes is rolled back', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      await shop.push({ tag: 'v-late', behaviour: 'late-crash' })
      const { code, document } = await shop.deploy({
        dockerTag: 'v-late',
        argv: ['strategy=blue_green', 'bake_minutes=60'],
      })
      await shop.atRest('default')

      expect(code).toBe(1)
      expect(document.deployments).toMatchObject([
        { status: 'rolled_back', failure: { code: 'container_exited' } },
      ])
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
      await expectTidy(shop, 'default', before)
    }))

  it('of several processes ends for each by itself', () =>
    inShop(async shop => {
      await shop.push({ tag: 'v-half', behaviour: 'crash', processes: ['worker'] })
      const { code, document } = await shop.deploy({
        process: 'default,worker,scheduler',
        dockerTag: 'v-half',
        argv: ['strategy=blue_green', 'bake_minutes=1'],
      })
      for (const process of ['default', 'worker', 'scheduler']) await shop.atRest(process)

      expect(code).toBe(1)
      expect(document.deployments).toMatchObject([
        { process: 'default', status: 'finalized' },
        { process: 'scheduler', status: 'finalized' },
        { process: 'worker', status: 'rolled_back', failure: { code: 'container_exited' } },
      ])
      expect(await shop.standing('default')).toEqual(
        expectedStanding({ process: 'default', runs: 'v-half', isMoved: true }),
      )
      expect(await shop.standing('scheduler')).toEqual(
        expectedStanding({ process: 'scheduler', runs: 'v-half' }),
      )
      expect(await shop.standing('worker')).toEqual(expectedStanding({ process: 'worker', runs: 'v1.2.2' }))
    }))

  it('is followed although what AWS answers is a while old', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      shop.sandbox.world.state.ecs.consistency = {
        staleReadsAfterUpdateMs: 1_500,
        hideServiceDeploymentMs: 2_000,
      }
      const { code, document, stderr } = await shop.deploy({
        dockerTag: 'v1.2.3',
        argv: ['strategy=canary', 'canary_bake_minutes=4', 'bake_minutes=4'],
      })
      await shop.atRest('default')

      expect({ code, said: code === 0 ? '' : stderr }).toEqual({ code: 0, said: '' })
      expect(document.deployments).toMatchObject([{ status: 'finalized', isActive: true }])
      const { now } = shop.clock
      const endedAt = now()
      await shop.until('default', () => now() > endedAt + 2_000)
      await expectTidy(shop, 'default', before)
    }))

  it('that waits is left waiting by a command whose time is over, and by one that is interrupted', () =>
    inShop(async shop => {
      const late = await shop.deploy({
        dockerTag: 'v1.2.3',
        // Long enough to reach the pause on a busy machine, and no pause ends before it.
        argv: ['strategy=approved', 'pause_timeout_minutes=1000', '--timeout', '45s'],
      })
      const watching = shop.start(['show', 'deploy', '--wait'])
      await eventually(
        () => watching.stdout() + watching.stderr(),
        said => said.includes('waiting before the switch'),
        { every: 100 },
      )
      watching.kill('SIGINT')
      const interrupted = await watching.ended
      const { code } = await shop.tapit('continue', 'deploy', '--wait')

      expect(late.code).toBe(5)
      expect(late.document.deployments).toMatchObject([{ status: 'running', pause: { before: 'switch' } }])
      expect(late.stderr).toContain('continue deploy')
      expect(interrupted.code).toBe(130)
      expect(code).toBe(0)
    }))

  it('whose command died while it waited is rolled back by ECS when the time is over, and says so', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const killed = shop.startDeploy({
        dockerTag: 'v1.2.3',
        argv: ['strategy=approved', 'pause_timeout_minutes=2'],
        env: short,
      })
      await shop.holdAt('default', moments['while it waits before the switch'])
      killed.kill('SIGKILL')
      await killed.ended
      shop.clock.release()
      await shop.atRest('default')
      const { document } = await shop.json('show', 'deploy')
      const late = await shop.json('continue', 'deploy')

      expect(document.deployments).toMatchObject([
        { status: 'rolled_back', failure: { code: 'hook_failed' } },
      ])
      expect(late).toMatchObject({ code: 3, document: { error: { code: 'nothing_in_progress' } } })
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
      expect(await shop.configuration('default')).toMatchObject({ strategy: before?.strategy })
    }))
})

/** As CDK makes a service of that strategy. */
async function ownStrategy({ aws: { ecs } }: StrategyShop, name: string): Promise<void> {
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: 'shop',
      service: 'default',
      deploymentConfiguration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 1,
        canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 30 },
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        lifecycleHooks: [],
        alarms: {
          alarmNames: ['blue', 'green'].map(color => `shop/default/rollback-${name}-1-${color}`),
          enable: true,
          rollback: true,
        },
      },
    }),
  )
  await ecs.send(
    new TagResourceCommand({
      resourceArn: service?.serviceArn,
      tags: [{ key: 'tapit:strategy', value: name }],
    }),
  )
}

async function publishWatched(shop: StrategyShop): Promise<void> {
  for (const [name, strategy] of Object.entries(watched)) await shop.publish(name, strategy)
}

async function isRinging({ aws: { cloudwatch } }: StrategyShop, name: string): Promise<void> {
  await eventually(
    async () => {
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))
      return MetricAlarms[0]?.StateValue
    },
    value => value === 'ALARM',
    { every: 200 },
  )
}

function isLost({ answer }: Visit): boolean {
  return answer === undefined || answer.status >= 400
}

function described({ answer, sentAt, answeredAt }: Visit): string {
  return `${answer?.status ?? 'no answer'} by ${answer?.dockerTag ?? 'nobody'} at ${sentAt}, after ${answeredAt - sentAt} ms`
}
