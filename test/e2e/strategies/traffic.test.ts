import { describe, expect, it } from 'vitest'
import type { Visit } from './support/crowd.ts'
import { eventually } from './support/eventually.ts'
import { inShop } from './support/in-shop.ts'
import { moments, type Seen } from './support/moments.ts'
import type { StrategyShop } from './support/strategy-shop.ts'
import { cases, watched } from './support/strategy-cases.ts'

const balanced = cases.filter(({ process }) => process === 'default')
const moving = balanced.filter(({ moves }) => moves)

describe.concurrent('users of a good version, at 50 requests per second', () => {
  it.each(balanced)('lose nothing, and end with it: $name', ({ argv }) =>
    inShop(async shop => {
      const crowd = await shop.crowd({ perSecond: 50 })
      const { code } = await shop.deploy({ dockerTag: 'v1.2.3', argv })
      await shop.atRest('default')
      const endedAt = shop.clock.now()
      await shop.until('default', () => shop.clock.now() > endedAt + 500)
      const visits = await crowd.leave()

      expect(code).toBe(0)
      expect(visits.length).toBeGreaterThan(100)
      expect(visits.filter(isLost).map(described)).toEqual([])
      const last = visits.filter(({ sentAt }) => sentAt > endedAt)
      expect(last.length).toBeGreaterThan(5)
      expect(versionsIn(last)).toEqual(['v1.2.3'])
      expect(versionsIn(visits)).toEqual(['v1.2.2', 'v1.2.3'])
    }),
  )

  it.each(moving)('get no answer of it before ECS shifts the production traffic: $name', ({ argv }) =>
    inShop(async shop => {
      const crowd = await shop.crowd({ perSecond: 50 })
      const deploy = shop.startDeploy({ dockerTag: 'v1.2.3', argv })
      const shift: { at?: number } = {}
      const early: number[] = []
      await shop.until('default', seen => {
        if (isShifted(seen)) shift.at = shop.clock.now()
        else early.push(seen.deployment.productionWeight)
        return shift.at !== undefined
      })
      const { code } = await deploy.ended
      const visits = await crowd.leave()
      const first = visits.filter(isByTheNew).map(({ answeredAt }) => answeredAt)

      expect(code).toBe(0)
      expect(new Set(early)).toEqual(new Set([0]))
      expect(first.length).toBeGreaterThan(10)
      expect(first.filter(at => at < (shift.at ?? Infinity))).toEqual([])
      // They were there for a while before, and asked.
      expect(visits.filter(({ answeredAt }) => answeredAt < (shift.at ?? 0)).length).toBeGreaterThan(20)
    }),
  )

  it.each([
    { name: 'canary', step: 'at its first step', percent: 20 },
    { name: 'linear', step: 'at its first step', percent: 40 },
    { name: 'linear', step: 'at its second step', percent: 80 },
  ] as const)('get it in $percent % of the answers while $name is $step', ({ name, step, percent }) =>
    inShop(async shop => {
      const argv = balanced.find(each => each.name === name)?.argv ?? []
      const deploy = shop.startDeploy({ dockerTag: 'v1.2.3', argv })
      await shop.holdAt('default', moments[step])
      const visits = await sampled(shop, 400)
      shop.clock.release()
      await deploy.ended

      // Five standard deviations to each side: once in a million samples is beyond.
      const share = visits.filter(isByTheNew).length / visits.length
      const deviation = Math.sqrt((percent / 100) * (1 - percent / 100)) / Math.sqrt(visits.length)
      expect(Math.abs(share - percent / 100)).toBeLessThan(5 * deviation)
      expect(visits.filter(isLost)).toEqual([])
    }),
  )
})

describe.concurrent('users of a canary that answers with errors', () => {
  it('see no more of them than its share, and none once it is rolled back', () =>
    inShop(async shop => {
      const { 'watched-canary': canary } = watched
      if (canary === undefined) throw new Error('there is no such strategy')
      await shop.publish('watched-canary', canary)
      const crowd = await shop.crowd({ perSecond: 50 })
      const deploy = shop.startDeploy({ dockerTag: 'v-errors', argv: ['strategy=watched-canary'] })
      await shop.holdAt('default', moments['at its first step'])
      const during = await sampled(shop, 300)
      shop.clock.release()
      await shop.until('default', ({ deployment }) => deployment.rollback !== undefined)
      await shop.until('default', ({ deployment }) => deployment.productionWeight === 0)
      const rolledBackAt = shop.clock.now()
      const { code } = await deploy.ended
      const after = await sampled(shop, 100)
      const visits = await crowd.leave()

      expect(code).toBe(1)
      // Every second answer of the canary is one: half of its 20 %, and five standard deviations.
      const errors = during.filter(isLost)
      expect(errors.length / during.length).toBeLessThan(0.2)
      expect(errors.length).toBeGreaterThan(0)
      expect(errors.every(isByTheNew)).toBe(true)
      // What was on its way then may still come from the canary.
      const later = [...visits, ...after].filter(({ sentAt }) => sentAt > rolledBackAt)
      expect(later.length).toBeGreaterThan(100)
      expect(later.filter(isLost)).toEqual([])
      expect(versionsIn(later)).toEqual(['v1.2.2'])
    }))
})

function isShifted({ deployment: { lifecycleStage } }: Seen): boolean {
  return lifecycleStage !== undefined && shifted.has(lifecycleStage)
}

const shifted: ReadonlySet<string> = new Set([
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
])

/** So many requests, however long they take. */
async function sampled(shop: StrategyShop, count: number): Promise<readonly Visit[]> {
  const crowd = await shop.crowd({ perSecond: 200 })
  await eventually(
    () => crowd.visits.length,
    length => length > count,
    { every: 50 },
  )
  return crowd.leave()
}

function isLost({ answer }: Visit): boolean {
  return answer === undefined || answer.status >= 400
}

function isByTheNew({ answer }: Visit): boolean {
  return answer?.dockerTag !== undefined && answer.dockerTag !== 'v1.2.2'
}

function versionsIn(visits: readonly Visit[]): readonly string[] {
  return [...new Set(visits.flatMap(({ answer }) => answer?.dockerTag ?? []))].toSorted()
}

function described({ answer, sentAt, answeredAt }: Visit): string {
  return `${answer?.status ?? 'no answer'} by ${answer?.dockerTag ?? 'nobody'} after ${answeredAt - sentAt} ms`
}
