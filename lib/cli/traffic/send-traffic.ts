import type { Clock } from '../../names/clock.ts'
import { type Answer, nothing, type Tally, tallied } from './tally.ts'

export type SendTrafficOptions = {
  /** Requests per second. */
  readonly rps: number
  /** How long. @default - until the signal is aborted */
  readonly seconds?: number
  readonly ask: () => Promise<Answer>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What the answers of one second were. */
export type Second = Tally & { readonly at: number }

/**
 * Sends requests at a steady pace, whatever becomes of those before, and yields each second's answers. An answer counts in
 * the second in which it comes. At the end, what is still under way is waited for; not so once the signal is aborted.
 */
export async function* sendTraffic({
  rps,
  seconds = Infinity,
  ask,
  clock,
  signal,
}: SendTrafficOptions): AsyncGenerator<Second, void, void> {
  const startedAt = clock.now()
  const underWay = new Set<Promise<void>>()
  let tally = nothing
  let sent = 0
  for (let second = 0; second < seconds && !signal.aborted; second += 1) {
    const at = startedAt + second * 1000
    while (!signal.aborted && clock.now() < at + 1000) {
      sendDue()
      await clock.sleep(Math.min(pace, at + 1000 - clock.now()), signal)
    }
    if (second + 1 >= seconds && !signal.aborted) {
      sendDue()
      await Promise.race([Promise.all(underWay), clock.sleep(moment, signal)])
    }
    yield taken(at)
  }
  if (!signal.aborted) await Promise.race([Promise.all(underWay), aborted(signal)])
  if (tally.requests > 0) yield taken(clock.now())

  /** As many as the time says; what a machine that slept did not send is left out. */
  function sendDue(): void {
    const most = seconds * rps
    const due = Math.min(most, Math.floor(((clock.now() - startedAt) * rps) / 1000) + 1)
    sent = Math.max(sent, due - rps)
    for (; sent < due; sent += 1) send()
  }

  function send(): void {
    const asking: Promise<void> = ask().then(answer => {
      underWay.delete(asking)
      if (!signal.aborted) tally = tallied(tally, answer)
    })
    underWay.add(asking)
  }

  function taken(at: number): Second {
    const second = { at, ...tally }
    tally = nothing
    return second
  }
}

/** Milliseconds between two looks at what is due: no timer is much more exact. */
const pace = 5

/** What comes so soon after the last second still belongs to it. */
const moment = 100

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
