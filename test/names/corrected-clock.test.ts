import { describe, expect, it } from 'vitest'
import { correctedClock, machineClock } from '../../lib/names/corrected-clock.ts'
import { fakeClock } from '../adapters/fake-clock.ts'

const start = Date.UTC(2026, 10, 20, 12)
const hour = 3_600_000

describe('a corrected clock', () => {
  it.each([hour, -hour, 2 * 60_000, -5_000])("shows AWS's time on a machine that is %i ms off", async off => {
    const { clock } = world(off)

    await ask(clock, start)
    await clock.sleep(30_000)

    expect(Math.abs(clock.now() - (start + 30_000))).toBeLessThanOrEqual(1_000)
    expect(machineClock(clock).now()).toBe(start + off + 30_000)
  })

  it.each([0, 400, -400, 1_500, -1_500])('is left alone where the machine is %i ms off', async off => {
    const { clock } = world(off)

    await ask(clock, start)

    expect(clock.now()).toBe(start + off)
  })

  it('learns nothing of an answer that took its time, told as it began or as it ended', async () => {
    const { clock } = world(0)
    const atOnce = clock.asking()
    const late = clock.asking()
    await clock.sleep(60_000)

    atOnce(start)
    late(start + 60_000)

    expect(clock.now()).toBe(start + 60_000)
  })

  it('learns nothing of an answer that says no time', () => {
    const { clock } = world(hour)

    clock.asking()(Number.NaN)

    expect(clock.now()).toBe(start + hour)
  })

  it('goes on where the machine sets its own clock right meanwhile', async () => {
    const { clock, set } = world(hour)
    await ask(clock, start)

    set(0)
    await ask(clock, start)

    expect(Math.abs(clock.now() - start)).toBeLessThanOrEqual(1_000)
  })
})

it("a clock that nobody corrects is the machine's", () => {
  const clock = fakeClock()

  expect(machineClock(clock)).toBe(clock)
})

/** A machine whose clock is off, where time passes only in sleep. */
function world(off: number) {
  const time = fakeClock(start)
  const machine = { off }
  const clock = correctedClock({ now: () => time.now() + machine.off, sleep: time.sleep })
  return { clock, set: (right: number) => void (machine.off = right) }
}

async function ask(clock: ReturnType<typeof correctedClock>, told: number): Promise<void> {
  clock.asking()(told)
}
