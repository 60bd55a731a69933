import { setTimeout as sleep } from 'node:timers/promises'

export type EventuallyOptions = {
  /** Milliseconds. @default 100000 */
  readonly timeout?: number
  /** Between two looks, in milliseconds. */
  readonly every: number
}

/** Asks until the answer is as wanted. vitest's own `expect.poll` knows one test at a time, and these run beside each other. */
export async function eventually<Answer>(
  ask: () => Answer | Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
  { timeout = 100_000, every }: EventuallyOptions,
): Promise<Answer> {
  const until = Date.now() + timeout
  while (true) {
    const answer = await ask()
    if (isWanted(answer)) return answer
    if (Date.now() > until) throw new Error(`still after ${timeout} ms: ${JSON.stringify(answer)}`)
    await sleep(every)
  }
}
