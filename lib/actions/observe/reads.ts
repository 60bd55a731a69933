import type { Instant } from '../../deployment/state.ts'
import type { Clock } from '../../names/clock.ts'
import { Trouble, isPassing } from '../trouble.ts'

/** Whether a deployment can be followed without the answer. */
export type Importance = 'essential' | 'optional'

/** What became of a call: an answer, none for now, or AWS's no. */
export type Outcome<Answer> =
  | { readonly is: 'answered'; readonly answer: Answer }
  | { readonly is: 'late' }
  | { readonly is: 'refused'; readonly trouble: Trouble }

/** The read calls of one observer: counted, so that what is not urgent waits until its allowance pays for it. */
export type Reads = {
  /** Makes a call, and says what became of it. */
  ask<Answer>(read: () => Promise<Answer>): Promise<Outcome<Answer>>
  /** Makes a call. One that fails in passing answers nothing; lost access throws, unless the answer is optional. */
  attempt<Answer>(read: () => Promise<Answer>, importance?: Importance): Promise<Answer | undefined>
  /** Notes calls that one answer took besides the first: its further pages. */
  note(calls: number): void
  /** Whether so many more calls stay within the allowance. */
  mayRead(calls: number): boolean
  /** How many calls a second are allowed. */
  rate(): number
  /** Why AWS slowed us down since the last `beginLook`. */
  slowedBy(): string | undefined
  /** A look at so many deployments begins. */
  beginLook(deployments: number): void
}

/** The first looks find the deployments; they may cost more than a call a second. */
export const firstReads = 4

export function createReads(clock: Clock): Reads {
  /** From the first look on: what went before saved nothing up. */
  let accruedAt: Instant | undefined
  let allowed = firstReads
  let rate = rateFor(1)
  let calls = 0
  let slowedBy: string | undefined

  function accrue(): void {
    const now = clock.now()
    allowed += (rate * (now - (accruedAt ?? now))) / 1000
    accruedAt = now
  }

  async function ask<Answer>(read: () => Promise<Answer>): Promise<Outcome<Answer>> {
    calls += 1
    try {
      return { is: 'answered', answer: await read() }
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      if (!isPassing(error)) return { is: 'refused', trouble: error }
      slowedBy = error.message
      return { is: 'late' }
    }
  }

  return {
    ask,
    async attempt(read, importance = 'essential') {
      const outcome = await ask(read)
      if (outcome.is === 'refused' && importance === 'essential') throw outcome.trouble
      return outcome.is === 'answered' ? outcome.answer : undefined
    },
    note: more => {
      calls += more
    },
    mayRead: more => {
      accrue()
      return calls + more <= allowed
    },
    rate: () => rate,
    slowedBy: () => slowedBy,
    beginLook(deployments) {
      accrue()
      rate = rateFor(deployments)
      slowedBy = undefined
    },
  }
}

/** One batch of service deployments a look leaves room for the rest in a call a second; more batches need more. */
const withinOneBatch = 20

/** Under half of what ECS grants an account, which everybody's deploys share. */
const mostPerSecond = 8

function rateFor(deployments: number): number {
  return deployments <= withinOneBatch ? 1 : Math.min(deployments / 10, mostPerSecond)
}
