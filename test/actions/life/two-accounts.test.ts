import { isSettled } from '../../../lib/deployment/projections.ts'
import { Refusal } from '../../../lib/names/refusal.ts'
import { ssmHandlers } from '../../../lib/sandbox/ssm/handlers.ts'
import { keyOfCaller } from '../../../lib/sandbox/sts/sandbox-callers.ts'
import { describe, expect, it } from 'vitest'
import { decideApproval } from '../../../lib/actions/approvals/decide-approval.ts'
import { executeApproved } from '../../../lib/actions/approvals/execute-approved.ts'
import { deploy } from '../../../lib/actions/deploy/deploy.ts'
import { deployGroup } from '../../../lib/actions/groups/deploy-group.ts'
import type { GroupApp } from '../../../lib/actions/groups/group-app.ts'
import { planPromotion } from '../../../lib/actions/promote/plan-promotion.ts'
import type { PromotionEnd } from '../../../lib/actions/promote/promotion.ts'
import { promote } from '../../../lib/actions/promote/promote.ts'
import {
  app,
  drained,
  elapsing,
  type LifeAccount,
  leaseSeconds,
  openLifeAccount,
  openWorld,
} from './account.ts'
import { type Life, life } from './machine.ts'
import { wrongs } from './wrongs.ts'

const hour = 3_600_000
const processes = ['worker']

/** What changes something, in AWS or in the records. */
const writes =
  /^(append|configure|create|deregister|goOn|move|register|release|renew|rollBack|save|set|stop|take|update)/

type Pair = { readonly staging: LifeAccount; readonly production: LifeAccount }

type Scenario = {
  readonly name: string
  /** What must have been done before. */
  prepare(pair: Pair): Promise<void>
  /** The command that dies. */
  run(pair: Pair, own: Life): Promise<unknown>
  /** What a person does next. */
  goOn?(pair: Pair): Promise<void>
}

const whole = { leaseSeconds, dryRun: false, wait: true, signal: new AbortController().signal }
const healthy = (account: LifeAccount): Life => life({ underWay: account.underWay })

async function deployed(account: LifeAccount, dockerTag: string, own: Life): Promise<void> {
  const request = { app, dockerTag, processes, trigger: 'manual' } as const
  await drained(deploy(request, { ...whole, ...account.seenFrom(own) }))
}

const parameter = `/tapit/${app}/policies/senior`

async function deployToBoth({ staging, production }: Pair, own: Life): Promise<void> {
  const appOf = (label: string, account: LifeAccount): GroupApp => {
    const { region, account: id } = account.sandbox.world
    return { label, place: { app, region, account: id }, ...account.seenFrom(own) }
  }
  const deploys = [appOf('eu', staging), appOf('us', production)].map(each => ({
    app: each,
    request: { app, dockerTag: 'ok', processes, trigger: 'manual' } as const,
  }))
  await drained(deployGroup(deploys, { ...whole, without: () => undefined }))
}

/** Somebody senior approves whatever waits. */
async function approved(account: LifeAccount, own: Life): Promise<void> {
  const accessKey = keyOfCaller('senior/ada') ?? ''
  for (const { id, state } of await account.records())
    if (state.is === 'awaiting_approval')
      await drained(
        decideApproval({ app, id, decision: 'approve' }, account.seenFrom(own, { accessKey }).ports),
      ).catch((error: unknown) => {
        // They may have approved it before the machine died.
        if (!(error instanceof Refusal) || error.code !== 'approved_already') throw error
      })
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a promotion',
    prepare: ({ staging }) => deployed(staging, 'ok', healthy(staging)),
    async run({ staging, production }, own) {
      const end = (name: string, account: LifeAccount): PromotionEnd => ({
        name,
        app,
        ...account.seenFrom(own),
      })
      const request = { from: end('staging', staging), to: end('production', production), processes }
      await drained(
        promote(request, await planPromotion(request), {
          ...whole,
          tell: () => {},
          docker: () => Promise.reject(new Error('the images are there already')),
        }),
      )
    },
  },
  {
    name: 'a deploy to both',
    prepare: async () => {},
    run: deployToBoth,
  },
  {
    name: 'one that waits for an approval',
    async prepare({ production }) {
      const policy = { name: 'senior', effect: 'require_approval', approvers: ['*:role/senior'] }
      const { PutParameter } = ssmHandlers(production.sandbox.world)
      await PutParameter?.({ Name: parameter, Value: JSON.stringify(policy), Type: 'String' })
    },
    async run(pair, own) {
      const { production } = pair
      const deploying = deployToBoth(pair, own)
      await production.seenFrom(own).ports.clock.sleep(10_000)
      await approved(production, own)
      await deploying
    },
    async goOn({ production }) {
      const { clock } = production
      await elapsing(clock, approved(production, healthy(production)))
      for (const { id, state } of await production.records()) {
        if (isSettled(state)) continue
        const means = { ...whole, ...production.seenFrom(healthy(production)) }
        await elapsing(clock, drained(executeApproved({ app, cluster: app, id }, means)))
      }
      const { DeleteParameter } = ssmHandlers(production.sandbox.world)
      await DeleteParameter?.({ Name: parameter })
    },
  },
]

describe.each(scenarios)('$name that is killed after any of its writes', { timeout: 300_000 }, scenario => {
  it('leaves nothing half, in neither account, and the next deploys work', async () => {
    const found: string[] = []
    let deaths = 0
    for (let diesAfter = 1; ; diesAfter += 1) {
      const { isSurvived, wrong } = await told(scenario, diesAfter)
      found.push(...wrong.map(each => `killed after write ${diesAfter}: ${each}`))
      if (isSurvived) break
      deaths += 1
    }

    expect(found).toEqual([])
    expect(deaths).toBeGreaterThan(8)
  })
})

async function told(
  scenario: Scenario,
  diesAfter: number,
): Promise<{ readonly isSurvived: boolean; readonly wrong: readonly string[] }> {
  const world = openWorld()
  const staging = await openLifeAccount(world, { account: '111122223333', region: 'eu-west-1' })
  const production = await openLifeAccount(world, { account: '444455556666', region: 'us-west-2' })
  const pair = { staging, production }
  try {
    await elapsing(world.clock, scenario.prepare(pair))
    const own = life({ underWay: world.underWay, diesAfter, counts: method => writes.test(method) })
    const broken: string[] = []
    scenario.run(pair, own).catch((error: unknown) => broken.push(String(error)))
    await world.clock.pass(hour / 6)
    await scenario.goOn?.(pair)
    await world.clock.pass(hour)
    return {
      isSurvived: !own.isDead(),
      wrong: [...broken, ...(await wrongs(staging)), ...(await wrongs(production))],
    }
  } finally {
    await Promise.all([staging.close(), production.close()])
  }
}
