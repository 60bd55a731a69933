import { expect, it } from 'vitest'

import { systemClock } from '../../lib/adapters/system-clock.ts'

it('returns at once when the signal is aborted, before or during the sleep', async () => {
  const controller = new AbortController()
  const sleeping = systemClock.sleep(60_000, controller.signal)

  controller.abort()

  await expect(sleeping).resolves.toBeUndefined()
  await expect(systemClock.sleep(60_000, controller.signal)).resolves.toBeUndefined()
})

it('does not end a sleep at once that is longer than a timer holds', async () => {
  const controller = new AbortController()
  let isOver = false
  const sleeping = systemClock.sleep(2 ** 40, controller.signal).then(() => (isOver = true))

  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))

  expect(isOver).toBe(false)
  controller.abort()
  await sleeping
})
