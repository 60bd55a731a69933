import type { Deployment } from '../deployment.ts'
import type { Failure } from '../failure.ts'
import { type FailureKind, awsWords } from './kind.ts'

export const imageNotFound: FailureKind = {
  code: 'image_not_found',
  recognise: ({ stoppedReason = '', containers }) => {
    const isMissing =
      /CannotPull/.test(stoppedReason) &&
      /not found|manifest unknown|does not exist|NotFound/i.test(stoppedReason)
    if (!isMissing) return undefined
    const container = containers.find(({ reason = '' }) => /CannotPull/.test(reason))
    return { patience: 'none', ...(container && { container }) }
  },
  sentence: (failure, deployment) => {
    const { dockerTag, imageDigest, repository } = deployment
    const sidecar = sidecarOf(failure, deployment)
    return sidecar === undefined
      ? `the image ${dockerTag}${imageDigest === undefined ? '' : ` (${imageDigest.slice(0, 15)})`} is not in ${repository} any more${awsWords(failure)}`
      : `the image of the container "${sidecar}" does not exist${awsWords(failure)}`
  },
  advice: (failure, deployment) => {
    const sidecar = sidecarOf(failure, deployment)
    return sidecar === undefined
      ? 'Push the image again, or deploy a tag that exists: tapit create deploy docker_tag=…'
      : `Correct the image of "${sidecar}" in the task definition, or push it.`
  },
}

/** The container whose image is missing, where it is not the one that tapit deploys. */
function sidecarOf({ evidence }: Failure, deployment: Deployment): string | undefined {
  return evidence.find(({ container }) => container !== undefined && container !== deployment.container)
    ?.container
}
