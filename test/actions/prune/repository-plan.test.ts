import { expect, it } from 'vitest'
import { goingOf, repositoryPlan } from '../../../lib/actions/prune/repository-plan.ts'
import type { Ports } from '../../../lib/actions/ports.ts'
import { fakeImageStore, stored } from '../../images/fake-image-store.ts'

const day = 24 * 60 * 60 * 1_000
const now = Date.UTC(2026, 10, 20)

it('judges all by one moment: what turns a day old meanwhile does not go without a look at who runs it', async () => {
  let passed = 0
  const clock = { now: () => now + 60_000 * passed++, sleep: async () => {} }
  const images = [stored('sha256:1', now - day + 1), stored('sha256:2', now)]
  // Nothing else may be asked where all is new.
  const ports = { clock, imageStore: fakeImageStore(images) } as unknown as Ports

  const plan = await repositoryPlan(
    {
      repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop',
      app: 'shop',
      cluster: { name: 'shop', arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop', tags: {} },
      processes: ['default'],
      keep: 1,
    },
    { ports, account: () => Promise.reject(new Error('not asked')), isBrief: true },
  )

  expect(plan.is === 'planned' && goingOf(plan.verdicts)).toEqual([])
})
