import type { PauseMoment } from './vocabulary.ts'

/**
 * The lifecycle stage at whose end ECS pauses. PRE_PRODUCTION_TRAFFIC_SHIFT comes before every step of a canary or linear deployment; the stage
 * before it comes once, when the candidate has the test traffic, or is up where there is none.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
 */
export function pauseStage(moment: PauseMoment, { hasTestTraffic }: { hasTestTraffic: boolean }): string {
  switch (moment) {
    case 'switch':
      return hasTestTraffic ? 'POST_TEST_TRAFFIC_SHIFT' : 'POST_SCALE_UP'
    case 'step':
      return 'PRE_PRODUCTION_TRAFFIC_SHIFT'
    case 'finalize':
      return 'POST_PRODUCTION_TRAFFIC_SHIFT'
  }
}

/** What a pause at a stage comes before; absent for one that tapit does not set. */
export function pauseMomentAt(stage: string): PauseMoment | undefined {
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
