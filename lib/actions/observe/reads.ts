import type { Clock } from '../../names/clock.ts'
import { Trouble, isPassing } from '../trouble.ts'

/** Whether a deployment can be followed without the answer. */
export type Importance = 'essential' | 'optional'

/** The read calls of one observer: counted, so that what is not urgent waits until a call a second pays for it. */
export type Reads = {
  /** Makes a call. One that fails in passing answers nothing; lost access throws, unless the answer is optional. */
  attempt<Answer>(read: () => Promise<Answer>, importance?: Importance): Promise<Answer | undefined>
  /** Whether so many more calls stay within a call a second. */
  mayRead(calls: number): boolean
  /** Why AWS slowed us down since the last `beginLook`. */
  slowedBy(): string | undefined
  beginLook(): void
}

/** The first looks find the deployments; they may cost more than a call a second. */
export const firstReads = 4

export function createReads(clock: Clock): Reads {
  const begun = clock.now()
  let calls = 0
  let slowedBy: string | undefined
  return {
    async attempt(read, importance = 'essential') {
      calls += 1
      try {
        return await read()
      } catch (error) {
        if (!(error instanceof Trouble)) throw error
        if (isPassing(error)) slowedBy = error.message
        else if (importance === 'essential') throw error
        return undefined
      }
    },
    mayRead: more => calls + more <= (clock.now() - begun) / 1000 + firstReads,
    slowedBy: () => slowedBy,
    beginLook() {
      slowedBy = undefined
    },
  }
}
