import type { Deployment } from '../../../deployment/deployment.ts'
import type { Pause } from '../../../deployment/state.ts'
import { pauseIn } from '../../wording/pause-in.ts'
import { pauseMomentAt } from '../../../names/pause-stage.ts'
import type { Document } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What ECS waits for somebody to decide. */
export function pauseJson({ state }: Deployment): Document | undefined {
  const pause = pauseIn(state)
  return pause && pauseInJson(pause)
}

export function pauseInJson({ hookId, stage, until, onTimeout }: Pause): Document {
  return present({ hookId, before: pauseMomentAt(stage), stage, expiresAt: iso(until), onTimeout })
}
