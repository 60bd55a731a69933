import type { Deployment } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import { failureKinds } from '../../deployment/failures/kinds.ts'
import { sentence } from './sentence.ts'

/** Why a deployment failed: its code, what happened, and what went wrong first where the way back failed too. */
export function failureText(failure: Failure, deployment: Deployment): string {
  const text = `${failure.code}: ${sentence(failureKinds[failure.code].sentence(failure, deployment))}${overtaken(failure)}`
  return failure.cause === undefined
    ? text
    : `${text} It began with ${failureText(failure.cause, deployment)}`
}

function overtaken({ overtakenBy }: Failure): string {
  return overtakenBy === undefined ? '' : ' A newer deployment took over before the way back was done.'
}
