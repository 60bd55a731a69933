import type { EvidenceLines } from '../../../actions/events.ts'
import type { Deployment } from '../../../deployment/deployment.ts'
import type { Evidence, Failure } from '../../../deployment/failure.ts'
import { failureKinds } from '../../../deployment/failures/kinds.ts'
import { failureOf } from '../../../deployment/projections.ts'
import { pauseMomentAt } from '../../../names/pause-stage.ts'
import { cancellationText } from '../../wording/cancellation-text.ts'
import { sentence } from '../../wording/sentence.ts'
import { successorCommand } from '../../wording/successor-command.ts'
import type { Document } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** Why a deployment did not go live, with the log lines of its tasks where they were fetched. */
export function failureJson(deployment: Deployment, lines: EvidenceLines = []): Document | undefined {
  const { state } = deployment
  if (state.is === 'cancelled' || state.is === 'cancelling') {
    const { code } = state.cancellation
    const advice = code === 'superseded' ? { advice: successorCommand(deployment) } : {}
    return { code, message: sentence(cancellationText(state.cancellation)), ...advice, evidence: [] }
  }
  const failure = failureOf(state)
  return failure === undefined ? undefined : documentOf(failure, deployment, lines)
}

function documentOf(failure: Failure, deployment: Deployment, lines: EvidenceLines): Document {
  const { code, cause, image, pause, evidence } = failure
  const { sentence, advice } = failureKinds[code]
  return present({
    code,
    message: sentence(failure, deployment),
    advice: advice(failure, deployment),
    cause: cause === undefined ? undefined : documentOf(cause, deployment, lines),
    image: image === undefined ? undefined : present(image),
    pause: pause === undefined ? undefined : pauseJson(pause),
    evidence: evidence.map(each => evidenceJson(each, lines)),
  })
}

function pauseJson({ stage, minutes }: NonNullable<Failure['pause']>): Document {
  return present({ before: stage === undefined ? undefined : pauseMomentAt(stage), stage, minutes })
}

function evidenceJson(evidence: Evidence, lines: EvidenceLines): Document {
  const { taskId, container, exitCode, stopCode, stoppedReason, ranFor, at, target, log } = evidence
  return present({
    taskId,
    container,
    exitCode,
    stopCode,
    stoppedReason,
    ranForMs: ranFor,
    at: iso(at),
    target: target === undefined ? undefined : present(target),
    log: log === undefined ? undefined : present(log),
    logLines: linesOf(evidence, lines),
  })
}

/** Lines belong to the same log; evidence that was read again is another object. */
function linesOf({ log }: Evidence, all: EvidenceLines): readonly string[] | undefined {
  if (log === undefined) return undefined
  const found = all.find(
    ({ evidence }) => evidence.log?.group === log.group && evidence.log.stream === log.stream,
  )
  return found === undefined || found.lines.length === 0 ? undefined : found.lines
}
