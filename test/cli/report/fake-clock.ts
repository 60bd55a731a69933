import type { Clock } from '../../../lib/names/clock.ts'

type Sleeper = { readonly until: number; readonly wake: () => void }

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  private time: number
  private sleepers: Sleeper[] = []

  constructor(time: number) {
    this.time = time
  }

  now(): number {
    return this.time
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, wake } = waiting()
    if (signal?.aborted === true) return Promise.resolve()
    this.sleepers.push({ until: this.time + milliseconds, wake })
    signal?.addEventListener('abort', wake, { once: true })
    return promise.then(() => signal?.removeEventListener('abort', wake))
  }

  get isAwaited(): boolean {
    return this.sleepers.length > 0
  }

  /** Goes on, waking whoever sleeps at the time that they asked for. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds
    for (let next = this.due(end); next !== undefined; next = this.due(end)) {
      this.time = next.until
      this.sleepers = this.sleepers.filter(sleeper => sleeper !== next)
      next.wake()
      await settled()
    }
    this.time = end
  }

  private due(end: number): Sleeper | undefined {
    return this.sleepers.filter(({ until }) => until <= end).toSorted((a, b) => a.until - b.until)[0]
  }
}

function waiting(): { promise: Promise<void>; wake: () => void } {
  let wake = () => {}
  const promise = new Promise<void>(resolve => {
    wake = resolve
  })
  return { promise, wake }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}
