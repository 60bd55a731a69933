import { describe, expect, it } from 'vitest'
import { exitOfAll } from '../../../lib/actions/exit-of-all.ts'
import { type AppEvent, sideBySide } from '../../../lib/actions/side-by-side.ts'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import type { ExitName } from '../../../lib/names/refusal.ts'

describe('sideBySide', () => {
  it('tells what happens in each as it happens, and how each ended, in their order', async () => {
    const slow = handed()
    const fast = handed()

    const told = listen([
      { app: 'eu', events: slow.events },
      { app: 'us', events: fast.events },
    ])
    await fast.hand(event(1))
    await fast.end('two')
    await slow.hand(event(2))
    await slow.end('one')

    expect(await told).toEqual({
      heard: ['us 1', 'us over', 'eu 2', 'eu over'],
      ends: [
        { is: 'ended', app: 'eu', end: 'one' },
        { is: 'ended', app: 'us', end: 'two' },
      ],
    })
  })

  it('goes on with the others where one breaks', async () => {
    const broken = handed()
    const whole = handed()

    const told = listen([
      { app: 'eu', events: broken.events },
      { app: 'us', events: whole.events },
    ])
    await broken.break(new Error('no access'))
    await whole.hand(event(1))
    await whole.end('done')

    expect((await told).ends).toEqual([
      { is: 'broke', app: 'eu', error: new Error('no access') },
      { is: 'ended', app: 'us', end: 'done' },
    ])
  })

  it('lets each put away what it has begun where nobody listens any longer', async () => {
    const putAway: string[] = []
    async function* events(app: string): AsyncGenerator<DeployEvent, string, void> {
      try {
        for (let at = 0; ; at += 1) yield event(at)
      } finally {
        putAway.push(app)
      }
    }

    const told = sideBySide(['eu', 'us'].map(app => ({ app, events: events(app) })))
    await told.next()
    await told.return([])

    expect(putAway.toSorted()).toEqual(['eu', 'us'])
  })
})

describe('exitOfAll', () => {
  it.each<[readonly ExitName[], ExitName]>([
    [['done', 'done'], 'done'],
    [['done', 'failed'], 'failed'],
    [['superseded', 'failed'], 'failed'],
    [['in_progress', 'superseded'], 'superseded'],
    [['waiting', 'in_progress'], 'in_progress'],
    [['waiting', 'done'], 'waiting'],
    [['refused', 'done'], 'failed'],
    [['refused', 'refused'], 'refused'],
    [['interrupted', 'failed'], 'interrupted'],
  ])('of %j is %s', (exits, exit) => {
    expect(exitOfAll(exits)).toBe(exit)
  })
})

function event(at: number): DeployEvent {
  return { is: 'slowed', at, wait: 0, reason: '' }
}

/** Events that the test hands out one by one. */
function handed() {
  type Step = { readonly value: DeployEvent } | { readonly end: string } | { readonly error: Error }
  const steps: Step[] = []
  let wake = (): void => {}
  async function* events(): AsyncGenerator<DeployEvent, string, void> {
    while (true) {
      const step = steps.shift()
      if (step === undefined) await new Promise<void>(resolve => (wake = resolve))
      else if ('value' in step) yield step.value
      else if ('error' in step) throw step.error
      else return step.end
    }
  }
  const put = async (step: Step): Promise<void> => {
    steps.push(step)
    wake()
    await new Promise(resolve => setImmediate(resolve))
  }
  return {
    events: events(),
    hand: (value: DeployEvent) => put({ value }),
    end: (end: string) => put({ end }),
    break: (error: Error) => put({ error }),
  }
}

async function listen(sides: Parameters<typeof sideBySide<string, string>>[0]) {
  const heard: string[] = []
  const told = sideBySide(sides)
  while (true) {
    const { done, value } = await told.next()
    if (done === true) return { heard, ends: value }
    heard.push(textOf(value))
  }
}

function textOf(said: AppEvent<string>): string {
  return said.is === 'over' ? `${said.app} over` : `${said.app} ${said.event.at}`
}
