import { timings } from '../lib/sandbox/timings.ts'
import type { Timings } from '../lib/sandbox/world.ts'

/** As on Fargate, but for what only keeps old tasks around: a deployment takes most of a minute. */
export const realistic: Timings = { ...timings.realistic, deregistrationDelay: 10_000 }
