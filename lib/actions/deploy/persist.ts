import type { Clock } from '../../names/clock.ts'
import { Trouble, isPassing } from '../trouble.ts'

export type PersistOptions = {
  readonly clock: Clock
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal
  /** Told before each pause. */
  readonly slowed: (trouble: Trouble, wait: number) => void
}

/** Between two tries, in milliseconds: the adapter has tried for a while by itself. */
const pauses = { first: 2_000, longest: 30_000 }
const longest = 15 * 60_000

/** Does something again while it meets trouble that passes: throttling fails no deployment. Anything else, or too long, throws. */
export async function persist<Result>(
  work: () => Promise<Result>,
  { clock, signal, slowed }: PersistOptions,
): Promise<Result> {
  const until = clock.now() + longest
  for (let pause = pauses.first; ; pause = Math.min(pause * 2, pauses.longest)) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Trouble) || !isPassing(error) || clock.now() + pause > until || signal.aborted)
        throw error
      slowed(error, pause)
      await clock.sleep(pause, signal)
      if (signal.aborted) throw error
    }
  }
}
