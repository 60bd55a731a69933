import type { ImageUse } from '../../../actions/images/image-uses.ts'
import type { Document } from './document.ts'
import { present } from './present.ts'

/** Where an image runs, is being deployed, and for what it is the way back. */
export function imageUsesJson(uses: readonly ImageUse[]): Document {
  const of = (is: ImageUse['is']): Document[] =>
    uses.filter(use => use.is === is).map(({ process, deploymentId }) => present({ process, deploymentId }))
  const deploying = of('deploying')
  return present({
    runningIn: of('running'),
    deployingTo: deploying.length === 0 ? undefined : deploying,
    rollbackTargetOf: of('rollback_target'),
  })
}
