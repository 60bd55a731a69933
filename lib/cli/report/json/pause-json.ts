import type { Deployment } from '../../../deployment/deployment.ts'
import { pauseIn } from '../../wording/pause-in.ts'
import { pauseMomentAt } from '../../../strategy/pause-stage.ts'
import type { Document } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What ECS waits for somebody to decide. */
export function pauseJson({ state }: Deployment): Document | undefined {
  const pause = pauseIn(state)
  if (pause === undefined) return undefined
  const { hookId, stage, until, onTimeout } = pause
  return present({ hookId, before: pauseMomentAt(stage), stage, expiresAt: iso(until), onTimeout })
}
