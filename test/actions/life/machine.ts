import { createObserver, type Observer } from '../../../lib/actions/observe/observer.ts'
import type { Ports } from '../../../lib/actions/ports.ts'
import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../../lib/adapters/ids.ts'
import type { Clock } from '../../../lib/names/clock.ts'
import { correctedClock } from '../../../lib/names/corrected-clock.ts'
import { silentAudit } from '../../fakes/silent-audit.ts'

/** What a command sees of AWS from the machine that it runs on. */
export type Machine = { readonly ports: Ports; readonly observer: Observer }

/** Counts what is under way of all machines. */
export type UnderWay = { calls: number }

/** How long a machine lives, whichever accounts it asks. */
export type Life = {
  isDead(): boolean
  /** Does a call, whose answer never comes once the machine is dead. */
  live<Result>(method: string, call: () => Promise<Result>): Promise<Result>
}

export type LifeOptions = {
  readonly underWay: UnderWay
  /** It dies right after AWS has carried out this many of its calls. @default - it lives */
  readonly diesAfter?: number
  /** Which calls count. @default - all */
  readonly counts?: (method: string) => boolean
}

export function life({ underWay, diesAfter = Infinity, counts = () => true }: LifeOptions): Life {
  let calls = 0
  const isDead = (): boolean => calls >= diesAfter
  return {
    isDead,
    async live(method, call) {
      if (isDead()) return never
      underWay.calls += 1
      try {
        return await call()
      } finally {
        underWay.calls -= 1
        if (counts(method)) calls += 1
        if (isDead()) await never
      }
    },
  }
}

const never = new Promise<never>(() => {})

export type MachineOptions = {
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly life: Life
  /** By how much its clock is wrong, in milliseconds. @default 0 */
  readonly skew?: number
}

/** A machine that a command runs on. It may die at any of its calls to AWS, and its clock may be wrong. */
export function machine({ env, clock: world, life: { isDead, live }, skew = 0 }: MachineOptions): Machine {
  const clock = correctedClock({
    now: () => world.now() + skew,
    sleep: (milliseconds, signal) => (isDead() ? never : world.sleep(milliseconds, signal)),
  })

  function mortal<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (whole, name) => {
        const method: unknown = Reflect.get(whole, name)
        return typeof method !== 'function'
          ? method
          : (...args: readonly unknown[]) =>
              live(String(name), async () => Reflect.apply(method, whole, args))
      },
    })
  }

  const { command, loop } = awsPorts({ env, clock })
  const mortals = Object.fromEntries(
    Object.entries(command).map(([name, port]) => [name, mortal(port)]),
  ) as typeof command
  return {
    ports: { ...mortals, ...newIds(clock), clock, audit: silentAudit },
    observer: createObserver({ ecs: mortal(loop.ecs), targets: mortal(loop.targets), clock }),
  }
}
