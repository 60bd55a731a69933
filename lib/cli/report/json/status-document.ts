import type { AppStatus, Drift, ProcessStatus } from '../../../actions/status/process-status.ts'
import type { Deployment } from '../../../deployment/deployment.ts'
import { approvalOf, isSettled } from '../../../deployment/projections.ts'
import { type Document, schemaVersion } from './document.ts'
import { iso } from './iso.ts'
import { pauseInJson, pauseJson } from './pause-json.ts'
import { present } from './present.ts'
import { trafficJson } from './traffic-json.ts'

/** What `status` answers under `-o json`. */
export function statusDocument({ app, environment, region, processes }: AppStatus): Document {
  return present({ schemaVersion, app, environment, region, processes: processes.map(processJson) })
}

function processJson({
  process,
  kind,
  dockerTag,
  imageDigest,
  deploymentId,
  stage,
  health,
  running,
  desired,
  url,
  since,
  drift,
  stopped,
  isPlaceholder,
  trouble,
  latest,
  waiting,
  unrecorded,
}: ProcessStatus): Document {
  return present({
    process,
    kind,
    dockerTag,
    imageDigest,
    deploymentId,
    promotionStage: stage,
    candidate: latest === undefined ? undefined : candidateJson(latest),
    traffic: latest === undefined ? undefined : trafficJson(latest),
    pause: latest === undefined ? undefined : pauseJson(latest),
    unrecorded:
      unrecorded === undefined
        ? undefined
        : present({ status: unrecorded.status, pause: unrecorded.pause && pauseInJson(unrecorded.pause) }),
    health,
    running,
    desired,
    url,
    since: iso(since),
    drift: drift === undefined ? undefined : driftJson(drift),
    stopped:
      stopped === undefined
        ? undefined
        : present({ at: iso(stopped.at), by: stopped.by, reason: stopped.reason }),
    isPlaceholder,
    awaitingApproval: waiting === undefined ? undefined : waitingJson(waiting),
    failure: trouble === undefined ? undefined : present({ code: trouble.code, times: trouble.times }),
  })
}

/** What is on its way to its users; what they get meanwhile is what the process says. */
function candidateJson({ id, dockerTag, imageDigest, state }: Deployment): Document | undefined {
  return isSettled(state) ? undefined : present({ deploymentId: id, dockerTag, imageDigest })
}

/** Nothing of it has begun: what runs is not touched until somebody approves. */
function waitingJson(waiting: Deployment): Document {
  const { id, dockerTag, imageDigest, initiator, caller, state } = waiting
  return present({
    deploymentId: id,
    dockerTag,
    imageDigest,
    initiator,
    caller,
    approval: approvalOf(waiting),
    policy: state.is === 'awaiting_approval' ? state.policy : undefined,
    expiresAt: state.is === 'awaiting_approval' ? iso(state.until) : undefined,
  })
}

function driftJson(drift: Drift): Document {
  switch (drift.is) {
    case 'changed_outside':
      return present({
        code: drift.is,
        taskDefinition: drift.taskDefinition,
        registeredBy: drift.registeredBy,
        isSameImage: drift.isSameImage,
      })
    case 'image_differs':
      return present({ code: drift.is, recorded: drift.recorded, runs: [...drift.runs] })
    case 'config_waiting':
      return present({ code: drift.is, template: drift.template, count: drift.count })
  }
}
