import type { Deployment } from '../../../deployment/deployment.ts'
import { pauseIn } from '../../wording/pause-in.ts'
import { pauseMoment } from '../../wording/pause-moment.ts'
import type { Document } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What ECS waits for somebody to decide. */
export function pauseJson({ state }: Deployment): Document | undefined {
  const pause = pauseIn(state)
  if (pause === undefined) return undefined
  const { hookId, stage, until, onTimeout } = pause
  return present({ hookId, before: pauseMoment(pause), stage, expiresAt: iso(until), onTimeout })
}
