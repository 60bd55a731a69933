import { describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { both } from '../../../lib/actions/rollback/both.ts'
import type { RollbackEnd } from '../../../lib/actions/rollback/roll-back.ts'
import { type ExitName, Refusal } from '../../../lib/names/refusal.ts'

describe('a deploy and what is stopped beside it', () => {
  it.each<[ExitName, ExitName, ExitName]>([
    ['done', 'done', 'done'],
    ['done', 'failed', 'failed'],
    ['failed', 'done', 'failed'],
    ['done', 'in_progress', 'in_progress'],
    ['waiting', 'done', 'waiting'],
    ['interrupted', 'interrupted', 'interrupted'],
  ])('end as one: %s and %s is %s', async (deploying, stopping, exit) => {
    const { end } = await heard(both(ending(deploying), ending(stopping)))

    expect(end.exit).toBe(exit)
  })

  it('are left once, both of them', async () => {
    const left = { is: 'left', at: 1, why: 'interrupted', deployments: [] } as const

    const { events } = await heard(both(ending('interrupted', [left]), ending('interrupted', [left])))

    expect(events).toEqual([left])
  })

  it('have not ended as long as one of them is only left', async () => {
    const ended = { is: 'ended', at: 1, deployments: [] } as const
    const left = { is: 'left', at: 2, why: 'time_over', deployments: [] } as const

    const { events } = await heard(both(ending('done', [ended]), ending('in_progress', [left])))

    expect(events).toEqual([left])
  })

  it('do not say that nothing has changed where the deploy is refused after the other was stopped', async () => {
    const refusal = new Refusal({ code: 'in_progress', message: 'Another one is in progress.' })

    const events = heard(both(breaking(refusal), ending('done')))

    await expect(events).rejects.toMatchObject({
      code: 'in_progress',
      exitCode: 1,
      message: 'Another one is in progress. What was in progress beside it goes back all the same.',
    })
  })
})

type Events = AsyncGenerator<DeployEvent, RollbackEnd, void>

async function* ending(exit: ExitName, events: readonly DeployEvent[] = []): Events {
  yield* events
  return { exit, deployments: [] }
}

// oxlint-disable-next-line require-yield
async function* breaking(error: Error): Events {
  throw error
}

async function heard(
  all: Events,
): Promise<{ readonly events: readonly DeployEvent[]; readonly end: RollbackEnd }> {
  const events: DeployEvent[] = []
  while (true) {
    const { done, value } = await all.next()
    if (done === true) return { events, end: value }
    events.push(value)
  }
}
