import { fc } from '../../fakes/fast-check.ts'
import { expect, it } from 'vitest'
import { behaviours, type Deed, openLifeAccount, openWorld, processNames } from './account.ts'
import { wrongs } from './wrongs.ts'

const hour = 3_600_000

const fate = {
  skew: fc.constantFrom(0, 0, 0, hour, -hour),
  diesAfter: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined, freq: 2 }),
  pause: fc.constantFrom(0, 300, 1500, 4000, 10_000, 70_000, hour),
}
const process = fc.constantFrom(...processNames)

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      is: fc.constant('deploy' as const),
      process,
      image: fc.constantFrom(...behaviours),
      strategy: fc.constantFrom(undefined, 'blue_green'),
      isSuperseding: fc.boolean(),
      isWaiting: fc.boolean(),
      ...fate,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ is: fc.constantFrom('cancel' as const, 'roll back' as const), process, ...fate }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constantFrom('stop' as const, 'stop' as const, 'start' as const, 'restart' as const),
      process,
      ...fate,
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('look' as const), ...fate }) },
)

/** Other lives: `TAPIT_LIVES=200 TAPIT_SEED=7 npx vitest run --project unit test/actions/life`. */
const { TAPIT_LIVES: lives = '25', TAPIT_SEED: seed = '11' } = globalThis.process.env

it(
  'whatever is done, however it ends and wherever a command dies: no illegal transition, one active deployment, no lost lease, no record without an end',
  { timeout: Number(lives) * 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 7 }), async deeds => {
        const world = openWorld()
        const account = await openLifeAccount(world)
        try {
          for (const each of deeds) await account.begin(each)
          await world.clock.pass(2 * hour)
          expect(await wrongs(account)).toEqual([])
        } finally {
          await account.close()
        }
      }),
      { numRuns: Number(lives), seed: Number(seed), endOnFailure: true },
    )
  },
)
