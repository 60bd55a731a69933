import { describe, expect, it } from 'vitest'
import { expectedStanding } from './support/expected-standing.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { blue, expectTidy, minute, type StrategyShop } from './support/strategy-shop.ts'
import { updateByHand } from './support/update-by-hand.ts'

const waits = moments['while it waits before the switch']
/** No pause ends by itself, however long commands take on a busy machine. */
const longPause = 'pause_timeout_minutes=1000'
const approved = ['create', 'deploy', 'process=default', 'docker_tag=v1.2.3', 'strategy=approved', longPause]

describe.concurrent('a deployment that waits before the switch', () => {
  it('is healthy with no production traffic, and answers testers', () =>
    inShop(async shop => {
      const production = await shop.crowd({ perSecond: 50 })
      const testers = await shop.crowd({ perSecond: 20, listener: 8080 })
      expect((await shop.tapit(...approved)).code).toBe(0)
      await shop.until('default', waits)
      const reachedAt = shop.clock.now()
      await shop.until('default', () => shop.clock.now() > reachedAt + 3 * minute)
      const [users, tests] = [await production.leave(), await testers.leave()]
      const status = await shop.json('status')

      expect(new Set(users.map(({ answer }) => `${answer?.status} ${answer?.dockerTag}`))).toEqual(
        new Set(['200 v1.2.2']),
      )
      const later = tests.filter(({ sentAt }) => sentAt > reachedAt)
      expect(later.length).toBeGreaterThan(5)
      expect(new Set(later.map(({ answer }) => `${answer?.status} ${answer?.dockerTag}`))).toEqual(
        new Set(['200 v1.2.3']),
      )
      expect(status.document.processes[0]).toMatchObject({
        process: 'default',
        promotionStage: 'switching_route',
        health: 'healthy',
        traffic: { candidate: { production: 0, test: 100 }, previous: { production: 100, test: 0 } },
        pause: { before: 'switch', onTimeout: 'rollback', expiresAt: expect.any(String) },
      })
      expect((await shop.standing('default')).production).toEqual(blue)
    }))

  it('is told of by status and show deploy, to people and to programs, and goes on when it is let', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      await shop.tapit(...approved)
      await shop.until('default', waits)
      const status = await shop.tapit('status')
      const show = await shop.tapit('show', 'deploy')
      const json = await shop.json('show', 'deploy')
      const on = await shop.json('continue', 'deploy', 'reason=looks good', '--wait')
      await shop.atRest('default')

      expect(status.stdout).toMatch(/default +v1\.2\.2 +waiting/)
      expect(status.stdout).toContain('tapit -a shop continue deploy process=default')
      expect(show.stdout).toMatch(/waiting before the switch; rolls back by itself/)
      expect(json.document.deployments).toMatchObject([
        { status: 'running', promotionStage: 'switching_route', pause: { before: 'switch' } },
      ])
      expect(on.code).toBe(0)
      expect(on.document.deployments).toMatchObject([{ status: 'finalized', isActive: true }])
      expect(on.document.deployments[0]).not.toHaveProperty('pause')
      expect(await shop.standing('default')).toEqual(
        expectedStanding({ process: 'default', runs: 'v1.2.3', isMoved: true }),
      )
      await expectTidy(shop, 'default', before)
    }))

  it('goes back when it is cancelled', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      await shop.tapit(...approved)
      await shop.until('default', waits)
      const { code, document } = await shop.json('cancel', 'deploy', '--wait')
      await shop.atRest('default')

      expect(code).toBe(0)
      expect(document.deployments).toMatchObject([{ status: 'cancelled', failure: { code: 'cancelled' } }])
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
      await expectTidy(shop, 'default', before)
    }))

  it.each([
    { how: 'rollback', code: 1, status: 'rolled_back', failure: 'hook_failed', runs: 'v1.2.2' },
    { how: 'continue', code: 0, status: 'finalized', failure: undefined, runs: 'v1.2.3' },
  ])('ends by itself when nobody decides: $how', ({ how, code, status, failure, runs }) =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const ended = await shop.deploy({
        dockerTag: 'v1.2.3',
        argv: ['strategy=approved', 'pause_timeout_minutes=3', `on_pause_timeout=${how}`],
      })
      await shop.atRest('default')

      expect(ended.code).toBe(code)
      const [deployment] = ended.document.deployments
      expect(deployment).toMatchObject({ status })
      expect(deployment.failure?.code).toBe(failure)
      expect(await shop.standing('default')).toEqual(
        expectedStanding({ process: 'default', runs, isMoved: how === 'continue' }),
      )
      await expectTidy(shop, 'default', before)
    }),
  )

  it('goes on once when two let it go on at once: the other is told', () =>
    inShop(async shop => {
      const deploy = shop.start([...approved, '--wait'])
      await shop.holdAt('default', waits)
      const both = await Promise.all([
        shop.json('continue', 'deploy', 'reason=one'),
        shop.json('continue', 'deploy', 'reason=two'),
      ])
      shop.clock.release()
      const { code } = await deploy.ended
      const { document } = await shop.json('show', 'deploy')

      expect(code).toBe(0)
      expect(both.map(each => each.code).toSorted((one, other) => one - other)).toEqual([0, 3])
      const refused = both.find(each => each.code === 3)
      expect(['nothing_waits', 'nothing_in_progress']).toContain(refused?.document.error.code)
      expect(document.deployments[0].status).toBe('finalized')
    }))
})

describe.concurrent('continue deploy', () => {
  it('decides each step of linear by itself', () =>
    inShop(async shop => {
      const before = await shop.configuration('default')
      const deploy = shop.startDeploy({
        dockerTag: 'v1.2.3',
        argv: ['strategy=linear', 'step_percent=40', 'step_bake_minutes=1', 'pause_before=step', longPause],
      })
      const weights: (readonly number[] | undefined)[] = []
      for (const step of [0, 1, 2]) {
        await shop.until('default', seen => waits(seen) && seen.deployment.trafficStep === step)
        weights.push((await shop.standing('default')).production)
        const { code } = await shop.tapit('continue', 'deploy', 'process=default')
        expect(code).toBe(0)
      }
      const { code, stdout } = await deploy.ended
      await shop.atRest('default')

      expect(weights).toEqual([
        [100, 0],
        [60, 40],
        [20, 80],
      ])
      expect(code).toBe(0)
      expect(JSON.parse(stdout).deployments).toMatchObject([{ status: 'finalized' }])
      expect(await shop.standing('default')).toEqual(
        expectedStanding({ process: 'default', runs: 'v1.2.3', isMoved: true }),
      )
      await expectTidy(shop, 'default', before)
    }))

  it('is refused where nothing waits, and where nothing is in progress', () =>
    inShop(async shop => {
      const before = await shop.json('continue', 'deploy')
      const deploy = shop.startDeploy({
        dockerTag: 'v1.2.3',
        argv: ['strategy=blue_green', 'bake_minutes=0'],
      })
      await shop.holdAt('default', moments['while its tasks start'])
      const during = await shop.json('continue', 'deploy', 'process=default')
      shop.clock.release()
      await deploy.ended
      const after = await shop.json('continue', 'deploy')

      expect([before.code, during.code, after.code]).toEqual([3, 3, 3])
      expect(before.document.error.code).toBe('no_deployments')
      expect(during.document.error.code).toBe('nothing_waits')
      expect(after.document.error.code).toBe('nothing_in_progress')
    }))
})

describe.concurrent('a deployment that tapit did not make', () => {
  it('is let go on by the name of its process alone', () =>
    inShop(async shop => {
      await pausedByHand(shop)
      await shop.until('default', waits)
      const unnamed = await shop.json('continue', 'deploy')
      const { code, stderr } = await shop.tapit('continue', 'deploy', 'process=default', '--wait')
      await shop.atRest('default')

      expect(unnamed.code).toBe(3)
      expect({ code, said: code === 0 ? '' : stderr }).toEqual({ code: 0, said: '' })
      expect(shop.seen('default').deployment.status).toBe('SUCCESSFUL')
    }))

  it('is cancelled by the name of its process alone', () =>
    inShop(async shop => {
      await pausedByHand(shop)
      await shop.until('default', waits)
      const unnamed = await shop.json('cancel', 'deploy')
      const cancelled = await shop.tapit('cancel', 'deploy', 'process=default', '--wait')
      await shop.atRest('default')
      const again = await shop.json('cancel', 'deploy', 'process=default')

      expect(unnamed.code).toBe(3)
      expect(cancelled.code).toBe(0)
      expect(shop.seen('default').deployment.status).toBe('ROLLBACK_SUCCESSFUL')
      expect(again.code).toBe(3)
      expect(await shop.standing('default')).toEqual(expectedStanding({ process: 'default', runs: 'v1.2.2' }))
    }))

  it('is refused to be let go on where it does not wait', () =>
    inShop(async shop => {
      await pausedByHand(shop)
      await shop.holdAt('default', moments['while its tasks start'])
      const { code, document } = await shop.json('continue', 'deploy', 'process=default')
      const { status } = shop.seen('default').deployment
      shop.clock.release()

      expect(code).toBe(3)
      expect(document.error.code).toBe('nothing_waits')
      expect(status).toBe('IN_PROGRESS')
    }))
})

/** As another tool, or a person at the console, does it. */
function pausedByHand({ aws }: StrategyShop): Promise<void> {
  return updateByHand(aws, {
    process: 'default',
    deploymentConfiguration: {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 1,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
    },
  })
}
