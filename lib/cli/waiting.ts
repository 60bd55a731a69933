import { parseDuration } from './argv/duration.ts'
import type { Invocation } from './command.ts'
import type { Io } from './io.ts'
import { exitCodes } from '../names/refusal.ts'

/** How long a command waits, and how it is told to stop. */
export type Waiting = {
  /** Aborted with the reason `time_over` or `interrupted`. */
  readonly signal: AbortSignal
  /** How long it waits at most, in milliseconds; absent without `--timeout`. */
  readonly patience?: number
  /** Stops listening; call it when there is nothing to wait for any more. */
  end(): void
}

/** The first Ctrl-C ends the waiting, not the deployments; a second one leaves at once. `--timeout` ends it too. */
export function startWaiting({ flags }: Invocation, io: Io): Waiting {
  const waiting = new AbortController()
  const over = new AbortController()
  let interrupts = 0
  const stopListening = io.onInterrupt(() => {
    interrupts += 1
    if (interrupts === 1) waiting.abort('interrupted')
    else io.leave(exitCodes.interrupted)
  })
  const { timeout } = flags
  const patience = typeof timeout === 'string' ? parseDuration(timeout, '--timeout') : undefined
  if (patience !== undefined) {
    void io.clock.sleep(patience, over.signal).then(() => {
      if (!over.signal.aborted) waiting.abort('time_over')
    })
  }
  return {
    signal: waiting.signal,
    patience,
    end() {
      stopListening()
      over.abort()
    },
  }
}
