import type { Timings } from './world.ts'

/**
 * `short` is for people who watch and for tests over the wire; `realistic` is the order of magnitude of Fargate.
 *
 * A duration that a client sets itself (a target group's interval, its deregistration delay) is kept, but never exceeds
 * the one here: so `short` is short whatever the templates say, and `realistic` holds the API's own maxima.
 */
export const timings: { readonly short: Timings; readonly realistic: Timings } = {
  short: {
    provision: 400,
    pull: 600,
    start: 500,
    healthCheckInterval: 1000,
    stop: 800,
    deregistrationDelay: 2000,
    schedulerRound: 500,
    minute: 2000,
  },
  realistic: {
    provision: 12_000,
    pull: 10_000,
    start: 6000,
    healthCheckInterval: 300_000,
    stop: 10_000,
    deregistrationDelay: 3_600_000,
    schedulerRound: 10_000,
    minute: 60_000,
  },
}
