import type { Timings } from '../lib/sandbox/world.ts'

/** Where it does not matter how long things take. */
export const instant: Timings = {
  provision: 20,
  pull: 20,
  start: 20,
  healthCheckInterval: 50,
  stop: 20,
  deregistrationDelay: 20,
  schedulerRound: 20,
  minute: 100,
}
