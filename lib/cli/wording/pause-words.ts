import type { Pause } from '../../deployment/state.ts'
import { pauseMomentAt } from '../../strategy/pause-stage.ts'

/** Where a deployment waits: `before the switch`; at ECS's stage where tapit did not make it wait. */
export function pauseWords(pause: Pick<Pause, 'stage'>): string {
  const moment = pauseMomentAt(pause.stage)
  switch (moment) {
    case 'switch':
      return 'before the switch'
    case 'step':
      return 'before the next step'
    case 'finalize':
      return 'before the old tasks go'
    case undefined:
      return `at ${pause.stage}`
  }
}
