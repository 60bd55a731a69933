import type { Deployment } from '../../deployment/deployment.ts'
import type { Evidence, Failure, ImageFault } from '../../deployment/failure.ts'
import type { State } from '../../deployment/state.ts'

/** AWS's reasons are up to 1,024 characters a container; a record of a hundred of them must stay far below DynamoDB's 400 KB. */
const longestText = 2_000
const mostEvidence = 20

/** The deployment with the texts of its evidence cut to a sane length, and no more evidence than one can read. */
export function trimmedDeployment(deployment: Deployment): Deployment {
  const { state, judged } = deployment
  return {
    ...deployment,
    state: trimmedState(state),
    ...(judged !== undefined && { judged: trimmed(judged) }),
  }
}

function trimmedState(state: State): State {
  return 'failure' in state ? { ...state, failure: trimmed(state.failure) } : state
}

function trimmed(failure: Failure): Failure {
  const { evidence, awsReason, cause, image } = failure
  return {
    ...failure,
    evidence: evidence.slice(0, mostEvidence).map(trimmedEvidence),
    ...(awsReason !== undefined && { awsReason: cut(awsReason) }),
    ...(cause !== undefined && { cause: trimmed(cause) }),
    ...(image !== undefined && { image: trimmedFault(image) }),
  }
}

/** A step of a Dockerfile may be a whole script. */
function trimmedFault(image: ImageFault): ImageFault {
  const { message, advice, step } = image
  return {
    ...image,
    message: cut(message),
    ...(advice !== undefined && { advice: cut(advice) }),
    ...(step !== undefined && { step: cut(step) }),
  }
}

function trimmedEvidence(evidence: Evidence): Evidence {
  const { stoppedReason, target } = evidence
  return {
    ...evidence,
    ...(stoppedReason !== undefined && { stoppedReason: cut(stoppedReason) }),
    ...(target?.description !== undefined && { target: { ...target, description: cut(target.description) } }),
  }
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`
}
