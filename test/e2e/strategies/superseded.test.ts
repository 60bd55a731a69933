import { describe, expect, it } from 'vitest'
import { expectedStanding } from './support/expected-standing.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { expectTidy, type StrategyShop } from './support/strategy-shop.ts'
import { type Stop, stops } from './support/strategy-cases.ts'
import { updateByHand } from './support/update-by-hand.ts'

// By then each has as much traffic as it gets without being over; earlier and later moments differ in nothing for who comes next.
const moved = [
  'while its tasks are checked',
  'while half of its tasks are there',
  'while it waits before the switch',
  'at its second step',
  'while it bakes',
]
const interrupted = stops.filter(({ moment }) => moved.includes(moment))

describe.concurrent('a deployment that a newer one of tapit takes over from says so, and the newer one goes live', () => {
  it.each(interrupted)('$name, $moment', async ({ process, argv, moment, stage, moves }) => {
    await inShop(async shop => {
      await shop.push({ tag: 'v1.2.4', behaviour: 'ok' })
      const before = await shop.configuration(process)
      const deploy = await startedAndHeld(shop, { process, argv, moment })
      const next = shop.startDeploy({
        process,
        dockerTag: 'v1.2.4',
        argv: ['--supersede', 'reason=urgent', ...argv.filter(each => !each.startsWith('pause_'))],
      })
      const { arn } = shop.seen(process).deployment
      await shop.until(process, ({ deployment }) => deployment.arn !== arn)
      shop.clock.release()
      const [first, second] = await Promise.all([deploy.ended, next.ended])
      await shop.atRest(process)

      expect({ code: second.code, said: second.code === 0 ? '' : second.stderr }).toEqual({
        code: 0,
        said: '',
      })
      const [successor] = JSON.parse(second.stdout).deployments
      expect(successor).toMatchObject({ status: 'finalized', promotionStage: 'active', isActive: true })
      expect({ code: first.code, said: first.code === 6 ? '' : first.stderr }).toEqual({ code: 6, said: '' })
      expect(JSON.parse(first.stdout).deployments).toMatchObject([
        { status: 'cancelled', promotionStage: stage, isActive: false, failure: { code: 'superseded' } },
      ])
      expect(await shop.standing(process)).toEqual(
        expectedStanding({ process, runs: 'v1.2.4', isMoved: moves }),
      )
      await expectTidy(shop, process, before)
    })
  })
})

describe.concurrent('a deployment that somebody else takes over from says so, and gives the service its configuration back', () => {
  it.each(interrupted)('$name, $moment', async ({ process, argv, moment, stage, moves }) => {
    await inShop(async shop => {
      const before = await shop.configuration(process)
      const deploy = await startedAndHeld(shop, { process, argv, moment })
      // How far it came is what somebody has seen of it.
      await shop.tapit('show', 'deploy')
      const { arn } = shop.seen(process).deployment
      await updateByHand(shop.aws, { process })
      await shop.until(process, ({ deployment }) => deployment.arn !== arn)
      shop.clock.release()
      // The pauses of what it was sent last hold the other one up, too: its owner has to know.
      const isHeldUp = moment === 'while it waits before the switch'
      if (isHeldUp) await shop.until(process, moments[moment])
      const on = isHeldUp ? await shop.tapit('continue', 'deploy', `process=${process}`) : undefined
      const { code, stdout, stderr } = await deploy.ended
      await shop.atRest(process)

      expect(on?.code ?? 0).toBe(0)
      expect({ code, said: code === 6 ? '' : stderr }).toEqual({ code: 6, said: '' })
      expect(JSON.parse(stdout).deployments).toMatchObject([
        { status: 'cancelled', promotionStage: stage, isActive: false, failure: { code: 'superseded' } },
      ])
      expect(await shop.standing(process)).toEqual(
        expectedStanding({ process, runs: 'v1.2.2', isMoved: moves }),
      )
      await expectTidy(shop, process, before)
    })
  })
})

async function startedAndHeld(
  shop: StrategyShop,
  { process, argv, moment }: Pick<Stop, 'process' | 'argv' | 'moment'>,
): Promise<ReturnType<StrategyShop['start']>> {
  const deploy = shop.startDeploy({ process, dockerTag: 'v1.2.3', argv })
  await shop.holdAt(process, moments[moment])
  return deploy
}
