import type { Deployment } from '../../../deployment/deployment.ts'
import type { Pointer } from '../../../records/pointer.ts'
import { deploymentJson } from './deployment-json.ts'
import { type Document, schemaVersion } from './document.ts'
import { present } from './present.ts'

type List = {
  readonly deployments: readonly Deployment[]
  readonly pointers: readonly Pointer[]
  /** Where the list goes on. */
  readonly next?: string
}

/** What `list deploys` answers under `-o json`: newest first, as it came. */
export function listDocument({ deployments, pointers, next }: List): Document {
  return present({
    schemaVersion,
    deployments: deployments.map(deployment => deploymentJson(deployment, { pointers })),
    nextToken: next,
  })
}
