import type { Deployment } from '../deployment/deployment.ts'
import type { Group } from '../records/group.ts'
import { draftOf } from './draft-of.ts'
import type { Gathered } from './gather.ts'
import type { PlannedProcess } from './plan.ts'
import type { Ports } from './ports.ts'
import type { DeployRequest } from './request.ts'
import type { SourceBuild } from './source-build.ts'

export type DrawOptions = {
  readonly request: DeployRequest
  readonly gathered: Pick<Gathered, 'caller' | 'cluster'>
  readonly ports: Pick<Ports, 'newId' | 'clock'>
  /** Absent where no image is built first. */
  readonly build: SourceBuild | undefined
}

/** The records of a group and its deployments as they begin, drawn up and not yet written. */
export function draw(
  planned: readonly PlannedProcess[],
  { request, gathered: { caller, cluster }, ports: { newId, clock }, build }: DrawOptions,
): { group: Group; deployments: readonly Deployment[] } {
  const now = clock.now()
  const groupId = newId('grp')
  const gitHash = build?.gitHash ?? request.gitHash
  const step = build === undefined ? 'register' : 'build'
  const reason = request.supersede?.reason ?? request.reason
  const said = {
    ...(request.initiator !== undefined && { initiator: request.initiator }),
    ...(request.tag !== undefined && { tag: request.tag }),
    ...(gitHash !== undefined && { gitHash }),
    ...(build?.source !== undefined && { source: build.source }),
    ...(reason !== undefined && { reason }),
  }
  const deployments = planned.map((each): Deployment => ({
    ...draftOf(each),
    id: newId('dep'),
    groupId,
    app: cluster.name,
    trigger: request.trigger,
    ...said,
    caller,
    cluster: cluster.name,
    createdAt: now,
    state: { is: 'preparing', step },
    timeline: [{ is: 'preparing', step, at: now }],
  }))
  const members = deployments.map(({ app, id }) => ({ app, id }))
  return {
    deployments,
    group: {
      id: groupId,
      app: cluster.name,
      caller,
      createdAt: now,
      members,
      ...(request.initiator !== undefined && { initiator: request.initiator }),
    },
  }
}
