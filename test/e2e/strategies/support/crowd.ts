import { setTimeout as sleep } from 'node:timers/promises'
import { type UserAnswer, users } from '../../../../lib/sandbox/users.ts'
import type { PacedClock } from '../../support/paced-clock.ts'

/** One request of a user: what came back, and when, by the sandbox's clock. */
export type Visit = {
  readonly sentAt: number
  readonly answeredAt: number
  /** Absent where no answer came. */
  readonly answer?: UserAnswer
}

/** Users that send requests at a steady pace, whatever becomes of those before. */
export type Crowd = {
  readonly visits: readonly Visit[]
  /** Sends no more, and waits for what is under way. */
  leave(): Promise<readonly Visit[]>
}

export type CrowdOptions = {
  readonly port: number
  /** `http://HOST`: which load balancer and listener. */
  readonly url: URL
  readonly perSecond: number
  readonly clock: PacedClock
}

export function crowd({ port, url, perSecond, clock }: CrowdOptions): Crowd {
  const { ask, leave } = users({ port, url })
  const visits: Visit[] = []
  const underWay = new Set<Promise<void>>()
  const timer = setInterval(() => {
    const sentAt = clock.now()
    const visit: Promise<void> = ask().then(answer => {
      visits.push({ sentAt, answeredAt: clock.now(), ...(answer && { answer }) })
      underWay.delete(visit)
    })
    underWay.add(visit)
  }, 1000 / perSecond)
  return {
    visits,
    leave: async () => {
      clearInterval(timer)
      while (underWay.size > 0) {
        await Promise.all(underWay)
        await sleep(0)
      }
      leave()
      return visits
    },
  }
}
