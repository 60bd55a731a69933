import type { EvidenceLines } from '../../../actions/events.ts'
import type { Deployment, Stop } from '../../../deployment/deployment.ts'
import { healthOf, promotionStageOf, statusOf, stepsOf } from '../../../deployment/projections.ts'
import type { Pointer } from '../../../records/pointer.ts'
import { durationOf } from '../../wording/duration-of.ts'
import { spanOf } from '../../wording/span-of.ts'
import { pauseMomentAt } from '../../../names/pause-stage.ts'
import { approvalJson } from './approval-json.ts'
import type { Document } from './document.ts'
import { failureJson } from './failure-json.ts'
import { iso } from './iso.ts'
import { pauseJson } from './pause-json.ts'
import { present } from './present.ts'
import { trafficJson } from './traffic-json.ts'

type DeploymentJsonOptions = {
  readonly pointers: readonly Pointer[]
  readonly evidenceLines?: EvidenceLines
  /** What its tag names by now, where that is another image. */
  readonly tagDigest?: string
}

/** One deployment as programs see it. Everything that came from outside stands in it as it came. */
export function deploymentJson(
  deployment: Deployment,
  { pointers, evidenceLines, tagDigest }: DeploymentJsonOptions,
): Document {
  const { state, previous } = deployment
  const { startedAt, finishedAt } = spanOf(deployment)
  return present({
    id: deployment.id,
    groupId: deployment.groupId,
    app: deployment.app,
    process: deployment.process,
    trigger: deployment.trigger,
    dockerTag: deployment.dockerTag,
    imageDigest: deployment.imageDigest,
    tagDigest,
    tag: deployment.tag,
    gitHash: deployment.gitHash,
    gitRef: deployment.gitRef,
    source: deployment.source,
    strategy: deployment.strategy,
    strategyName: deployment.strategyName,
    overrides: deployment.overrides,
    initiator: deployment.initiator,
    caller: deployment.caller,
    reason: deployment.reason,
    status: statusOf(state),
    promotionStage: promotionStageOf(deployment),
    traffic: trafficJson(deployment),
    pause: pauseJson(deployment),
    decisions: deployment.decisions?.map(({ hookId, stage, by, at, reason }) =>
      present({ hookId, stage, before: pauseMomentAt(stage), by, at: iso(at), reason }),
    ),
    ...approvalJson(deployment),
    health: healthOf(state),
    isActive: isActive(deployment, pointers),
    restores: deployment.restores,
    promotedFrom: deployment.promotedFrom,
    replacedBy: deployment.replacedBy,
    stopped: deployment.stop === undefined ? undefined : stopJson(deployment.stop),
    previous: previous === undefined ? undefined : previousJson(previous),
    failure: failureJson(deployment, evidenceLines),
    steps: stepsOf(deployment).map(step =>
      present({
        name: step.name,
        status: step.status,
        startedAt: iso(step.startedAt),
        finishedAt: iso(step.finishedAt),
      }),
    ),
    ecs: ecsJson(deployment),
    url: deployment.url,
    createdAt: iso(deployment.createdAt),
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    durationMs: finishedAt === undefined ? undefined : durationOf(deployment, finishedAt),
  })
}

/** The pointer of the process says it, and nothing else. */
function isActive({ app, process, id }: Deployment, pointers: readonly Pointer[]): boolean {
  return pointers.some(
    pointer => pointer.app === app && pointer.process === process && pointer.deploymentId === id,
  )
}

/** What ran before may not be tapit's: then there is nothing to name it by, and the member is left out. */
function previousJson({
  id,
  dockerTag,
  imageDigest,
}: NonNullable<Deployment['previous']>): Document | undefined {
  const members = present({ id, dockerTag, imageDigest })
  return Object.keys(members).length === 0 ? undefined : members
}

function stopJson({ by, at, reason, count }: Stop): Document {
  return present({ at: iso(at), by, reason, count })
}

function ecsJson({ cluster, service, state }: Deployment): Document {
  const ecs = 'ecs' in state ? state.ecs : undefined
  const registered = state.is === 'preparing' ? state.taskDefinition : undefined
  return present({
    cluster,
    service,
    taskDefinition: ecs?.taskDefinition ?? registered,
    deploymentId: ecs?.deploymentId,
    serviceDeployment: ecs?.serviceDeployment,
  })
}
