import { describe, expect, it } from 'vitest'
import { expectedStanding } from './support/expected-standing.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { expectTidy } from './support/strategy-shop.ts'
import { type Stop, stops } from './support/strategy-cases.ts'

describe.concurrent('a deployment that is cancelled goes back to what ran before', () => {
  it.each(stops)('$name, $moment', cancelled)
})

async function cancelled({ process, argv, moment, stage }: Stop): Promise<void> {
  await inShop(async shop => {
    const before = await shop.configuration(process)
    const deploy = shop.startDeploy({ process, dockerTag: 'v1.2.3', argv })
    await shop.holdAt(process, moments[moment])
    const cancel = shop.start([
      'cancel',
      'deploy',
      `process=${process}`,
      'reason=mistake',
      '--wait',
      '-o',
      'json',
    ])
    await shop.until(process, ({ deployment }) => deployment.status === 'ROLLBACK_REQUESTED')
    shop.clock.release()
    const [deployed, cancelling] = await Promise.all([deploy.ended, cancel.ended])
    await shop.atRest(process)

    expect({ ...cancelling, stdout: '' }).toMatchObject({ code: 0 })
    expect(deployed.code).toBe(1)
    for (const { stdout } of [deployed, cancelling]) {
      expect(JSON.parse(stdout).deployments).toMatchObject([
        {
          status: 'cancelled',
          promotionStage: stage,
          isActive: false,
          failure: { code: 'cancelled', message: expect.stringMatching(/by arn:aws:sts::.*: mistake/) },
        },
      ])
    }
    expect(await shop.standing(process)).toEqual(expectedStanding({ process, runs: 'v1.2.2' }))
    await expectTidy(shop, process, before)
  })
}
