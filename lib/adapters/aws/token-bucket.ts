import type { Clock } from '../../names/clock.ts'

export type TokenBucketOptions = {
  readonly clock: Clock
  /** How many calls may be made at once. */
  readonly burst: number
  /** How many more a second. */
  readonly perSecond: number
}

/** Lets calls pass as AWS's throttling would: whoever waits here for its turn need not be refused there. */
export function tokenBucket({ clock, burst, perSecond }: TokenBucketOptions): () => Promise<void> {
  let tokens = burst
  let filledAt = clock.now()
  let queue: Promise<void> = Promise.resolve()

  async function take(): Promise<void> {
    fill()
    if (tokens < 1) await clock.sleep(((1 - tokens) / perSecond) * 1_000)
    fill()
    tokens -= 1
  }

  function fill(): void {
    const now = clock.now()
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond)
    filledAt = now
  }

  return () => (queue = queue.then(take))
}
