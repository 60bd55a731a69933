import type { Deployment } from '../../../deployment/deployment.ts'
import { restOf } from '../../wording/rest-of.ts'
import { trafficIn } from '../../wording/traffic-in.ts'
import type { Document } from './document.ts'
import { present } from './present.ts'

/** Shares of both revisions in percent, while traffic moves. A first deployment has nobody who has the rest. */
export function trafficJson({ state, previous }: Deployment): Document | undefined {
  const candidate = trafficIn(state)
  if (candidate === undefined) return undefined
  const { production, test } = candidate
  return present({
    candidate: { production, test },
    previous: previous === undefined ? undefined : { production: restOf(production), test: restOf(test) },
  })
}
