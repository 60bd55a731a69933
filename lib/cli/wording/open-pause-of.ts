import type { Deployment } from '../../deployment/deployment.ts'
import type { Pause } from '../../deployment/state.ts'
import { pauseIn } from './pause-in.ts'

/** What somebody has to decide still: whoever has decided, or tapit's own judgement, leaves nothing to wait for. */
export function openPauseOf({ state, cancelRequested, judged }: Deployment): Pause | undefined {
  return cancelRequested === undefined && judged === undefined ? pauseIn(state) : undefined
}
