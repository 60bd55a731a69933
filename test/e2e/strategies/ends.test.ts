import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { rollbackAlarmName } from '../../../lib/names/aws.ts'
import { blue, expectTidy, green } from './support/strategy-shop.ts'
import { expectedStanding } from './support/expected-standing.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { cases, type StrategyCase, watched } from './support/strategy-cases.ts'

type End = {
  readonly version: string
  readonly dockerTag: string
  readonly code: number
  readonly status: string
  readonly promotionStage: string
  readonly failure?: string
  readonly isNew: boolean
}

const rolledBack = { code: 1, status: 'rolled_back', promotionStage: 'rolled_back', isNew: false } as const

const ends: readonly End[] = [
  {
    version: 'a good version goes live',
    dockerTag: 'v1.2.3',
    code: 0,
    status: 'finalized',
    promotionStage: 'active',
    isNew: true,
  },
  {
    ...rolledBack,
    version: 'a version that crashes at its start is rolled back',
    dockerTag: 'v-crash',
    failure: 'container_exited',
  },
  {
    ...rolledBack,
    version: 'a version that fails its health checks is rolled back',
    dockerTag: 'v-unhealthy',
    failure: 'target_unhealthy',
  },
]

const rows = cases
  .flatMap(each => ends.map(end => ({ ...each, ...end })))
  // A worker without a health check of its container has nothing that could be unhealthy.
  .filter(({ process, failure }) => process === 'default' || failure !== 'target_unhealthy')

describe.concurrent('with', () => {
  it.each(rows)('$name, $version', comesToItsEnd)
})

describe.concurrent('a version that answers with errors after the switch', () => {
  it.each(Object.entries(watched))('is rolled back by its alarm: %s', async (name, strategy) => {
    await inShop(async shop => {
      await shop.publish(name, strategy)
      const before = await shop.configuration('default')
      const crowd = await shop.crowd({ perSecond: 50 })
      const { code, document, stderr } = await shop.deploy({
        dockerTag: 'v-errors',
        argv: [`strategy=${name}`],
      })
      await crowd.leave()
      await shop.atRest('default')

      expect({ code, said: code === 1 ? '' : stderr }).toEqual({ code: 1, said: '' })
      expectRecord(document.deployments[0], {
        ...rolledBack,
        failure: 'alarm',
        // Rolling lets the old tasks go before, while or after the alarm begins to ring: it may be at its last step already.
        ...(strategy.type === 'rolling' && { lastStep: /^(failed|skipped)$/ }),
      })
      expect(await shop.standing('default')).toMatchObject({ runs: ['v1.2.2'], count: 2, production: blue })
      await expectTidy(shop, 'default', before)
    })
  })

  // Nothing guards it: it has no bake time in which an alarm could be heard, and no rules that make one.
  it('goes live with all_at_once, and stays', async () => {
    await inShop(async shop => {
      const crowd = await shop.crowd({ perSecond: 50 })
      const { code } = await shop.deploy({ dockerTag: 'v-errors', argv: ['strategy=all_at_once'] })
      await crowd.leave()

      expect(code).toBe(0)
      expect(await shop.standing('default')).toMatchObject({ runs: ['v-errors'], production: green })
    })
  })

  it('is rolled back at a worker by an alarm of its tasks: blue_green', async () => {
    await inShop(async shop => {
      const strategy = 'watched-worker'
      const rollbackOn = [{ metric: 'system.cpu_usage_percentage', above: 90 }]
      await shop.publish(strategy, { type: 'blue_green', bakeMinutes: 100, rollbackOn }, 'worker')
      const before = await shop.configuration('worker')
      const deploy = shop.startDeploy({
        process: 'worker',
        dockerTag: 'v-errors',
        argv: [`strategy=${strategy}`],
      })
      await shop.until('worker', moments['while it bakes'])
      await shop.aws.cloudwatch.send(
        new SetAlarmStateCommand({
          AlarmName: rollbackAlarmName({ app: 'shop', process: 'worker', strategy, rule: 1 }),
          StateValue: 'ALARM',
          StateReason: 'it is very busy',
        }),
      )
      const { code, stdout } = await deploy.ended
      await shop.atRest('worker')

      expect(code).toBe(1)
      expectRecord(JSON.parse(stdout).deployments[0], { ...rolledBack, failure: 'alarm' })
      expect(await shop.standing('worker')).toMatchObject({ runs: ['v1.2.2'], count: 1 })
      await expectTidy(shop, 'worker', before)
    })
  })
})

async function comesToItsEnd(row: StrategyCase & End): Promise<void> {
  const { process, dockerTag, argv, moves, code, isNew } = row
  await inShop(async shop => {
    const before = await shop.configuration(process)
    const ended = await shop.deploy({ process, dockerTag, argv })
    await shop.atRest(process)

    expect({ code: ended.code, said: ended.code === code ? '' : ended.stderr }).toEqual({ code, said: '' })
    expectRecord(ended.document.deployments[0], row)
    expect(await shop.standing(process)).toEqual(
      expectedStanding({ process, runs: isNew ? dockerTag : 'v1.2.2', isMoved: moves && isNew }),
    )
    await expectTidy(shop, process, before)
  })
}

function expectRecord(
  deployment: any,
  {
    status,
    promotionStage,
    failure,
    lastStep = failure === undefined ? /^succeeded$/ : /^skipped$/,
  }: Pick<End, 'status' | 'promotionStage' | 'failure'> & { readonly lastStep?: RegExp },
): void {
  expect(deployment).toMatchObject({ status, promotionStage })
  expect(deployment.failure?.code).toBe(failure)
  const steps: readonly string[] = deployment.steps.map((step: any) => step.status)
  expect(steps).not.toContain('running')
  expect(steps.filter(step => step === 'failed')).toHaveLength(failure === undefined ? 0 : 1)
  expect(steps.at(-1)).toMatch(lastStep)
}
