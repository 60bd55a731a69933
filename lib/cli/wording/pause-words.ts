import type { Pause } from '../../deployment/state.ts'
import { pauseMoment } from './pause-moment.ts'

/** Where a deployment waits: `before the switch`; at ECS's stage where tapit did not make it wait. */
export function pauseWords(pause: Pick<Pause, 'stage'>): string {
  const moment = pauseMoment(pause)
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
