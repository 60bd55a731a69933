import type { Pause } from '../../deployment/state.ts'
import type { PauseMoment } from '../../strategy/pause-stage.ts'

/** What a pause comes before, in the words of `pauseBefore`; absent for one that tapit does not set. */
export function pauseMoment({ stage }: Pick<Pause, 'stage'>): PauseMoment | undefined {
  switch (stage) {
    case 'POST_TEST_TRAFFIC_SHIFT':
    case 'POST_SCALE_UP':
      return 'switch'
    case 'PRE_PRODUCTION_TRAFFIC_SHIFT':
      return 'step'
    case 'POST_PRODUCTION_TRAFFIC_SHIFT':
      return 'finalize'
    default:
      return undefined
  }
}
