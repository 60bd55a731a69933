import type { Deployment } from '../../deployment/deployment.ts'
import type { Group } from '../../records/group.ts'
import { draftOf } from './draft-of.ts'
import type { Gathered } from '../plan/gather.ts'
import { drawnId, type SharedGroup } from '../groups/shared-group.ts'
import type { PlannedProcess } from '../plan/plan.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest } from '../plan/request.ts'
import type { SourceBuild } from '../build/source-build.ts'

export type DrawOptions = {
  readonly request: DeployRequest
  readonly gathered: Pick<Gathered, 'caller' | 'cluster'>
  readonly ports: Pick<Ports, 'newId' | 'clock'>
  /** Absent where no image is built first. */
  readonly build: SourceBuild | undefined
  /** Absent where the group is this app's alone. */
  readonly group?: SharedGroup
}

/** The records of a group and its deployments as they begin, drawn up and not yet written. */
export function draw(
  planned: readonly PlannedProcess[],
  { request, gathered: { caller, cluster }, ports: { newId, clock }, build, group }: DrawOptions,
): { group: Group; deployments: readonly Deployment[] } {
  const now = clock.now()
  const groupId = group?.id ?? newId('grp')
  const reason = request.supersede?.reason ?? request.reason
  const said = {
    ...(request.initiator !== undefined && { initiator: request.initiator }),
    ...(reason !== undefined && { reason }),
    ...(request.gitRef !== undefined && { gitRef: request.gitRef }),
  }
  const deployments = planned.map((each): Deployment => {
    const step = each.imageDigest === undefined ? 'build' : 'register'
    const { promotedFrom, origin = originOf(request, build) } = request.pinned?.get(each.process) ?? {}
    return {
      ...draftOf(each),
      id: (group && drawnId(group, each.process)) ?? newId('dep'),
      groupId,
      app: cluster.name,
      trigger: request.trigger,
      ...said,
      ...origin,
      ...(promotedFrom && { promotedFrom }),
      caller,
      cluster: cluster.name,
      createdAt: now,
      state: { is: 'preparing', step },
      timeline: [{ is: 'preparing', step, at: now }],
    }
  })
  return {
    deployments,
    group: {
      id: groupId,
      caller,
      createdAt: now,
      ...(group?.own ?? { app: cluster.name }),
      members: group?.members() ?? deployments.map(({ app, id }) => ({ app, id })),
      ...(request.initiator !== undefined && { initiator: request.initiator }),
    },
  }
}

/** What is known of where the images come from. */
function originOf(
  { tag, gitHash: said }: DeployRequest,
  build: SourceBuild | undefined,
): Pick<Deployment, 'tag' | 'gitHash' | 'source'> {
  const { gitHash = said, source } = build ?? {}
  return {
    ...(tag !== undefined && { tag }),
    ...(gitHash !== undefined && { gitHash }),
    ...(source !== undefined && { source }),
  }
}
