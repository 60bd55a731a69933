import type { EvidenceLines } from '../../../actions/events.ts'
import type { MovedTag } from '../../../actions/approvals/moved-tags.ts'
import { appsOfGroup } from '../../../actions/groups/apps-of-group.ts'
import type { Deployment } from '../../../deployment/deployment.ts'
import { groupStatusOf, isSettled } from '../../../deployment/projections.ts'
import type { Group } from '../../../records/group.ts'
import type { Pointer } from '../../../records/pointer.ts'
import { spanOf } from '../../wording/span-of.ts'
import { deploymentJson } from './deployment-json.ts'
import { type Document, schemaVersion } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

export type DeploymentsDocument = {
  readonly group?: Group
  readonly deployments: readonly Deployment[]
  readonly pointers: readonly Pointer[]
  /** By the deployment's id. */
  readonly evidenceLines?: ReadonlyMap<string, EvidenceLines>
  /** Ids of the group's deployments whose records are not there. */
  readonly missing?: readonly string[]
  /** Of those that wait: what their tags name by now. */
  readonly movedTags?: readonly MovedTag[]
}

/** What `create deploy`, `cancel deploy` and `show deploy` answer under `-o json`. */
export function deploymentsDocument({
  group,
  deployments,
  pointers,
  evidenceLines,
  missing = [],
  movedTags = [],
}: DeploymentsDocument): Document {
  return present({
    schemaVersion,
    group: group === undefined ? undefined : groupJson(group, { deployments, missing }),
    deployments: deployments.map(deployment => {
      const lines = evidenceLines?.get(deployment.id)
      const tagDigest = movedTags.find(({ id }) => id === deployment.id)?.tagDigest
      return deploymentJson(deployment, {
        pointers,
        ...(lines !== undefined && { evidenceLines: lines }),
        ...(tagDigest !== undefined && { tagDigest }),
      })
    }),
  })
}

function groupJson(
  group: Group,
  { deployments, missing }: Required<Pick<DeploymentsDocument, 'deployments' | 'missing'>>,
): Document {
  const { id, initiator, caller, createdAt } = group
  const apps = appsOfGroup(group)
  return present({
    id,
    status: groupStatusOf(deployments.map(({ state }) => state)),
    initiator,
    caller,
    createdAt: iso(createdAt),
    finishedAt: iso(finishedAt(deployments)),
    missing: missing.length === 0 ? undefined : missing,
    apps: apps.length < 2 ? undefined : apps.map(each => present(each)),
  })
}

function finishedAt(deployments: readonly Deployment[]): number | undefined {
  if (deployments.length === 0 || !deployments.every(({ state }) => isSettled(state))) return undefined
  return Math.max(...deployments.flatMap(deployment => spanOf(deployment).finishedAt ?? []))
}
