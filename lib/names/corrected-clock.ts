import type { Clock, CorrectedClock } from './clock.ts'

/** Machines that keep their time are nearer to AWS's than this, in milliseconds: they are left alone. */
const tolerated = 2_000

/** AWS tells the time to the second. */
const second = 1_000

/**
 * The machine's clock, put right by what AWS's answers say. Times that several machines write and compare (records, leases, what ECS
 * says) are then of one clock, whatever each machine thinks (docs/adr/0019).
 */
export function correctedClock(machine: Clock): CorrectedClock {
  let offset = 0
  return {
    machine,
    now: () => machine.now() + offset,
    sleep: (milliseconds, signal) => machine.sleep(milliseconds, signal),
    asking() {
      const askedAt = machine.now()
      return told => {
        // AWS's time was told at some moment between the question and its answer.
        const least = told - machine.now()
        const most = told + second - askedAt
        const isTellable = !Number.isNaN(told) && least <= most
        if (isTellable && (offset < least - tolerated || offset > most + tolerated))
          offset = Math.round((least + most) / 2)
      }
    },
  }
}

/** The machine's own time, of a clock that may be a corrected one. */
export function machineClock(clock: Clock | CorrectedClock): Clock {
  return 'machine' in clock ? clock.machine : clock
}
