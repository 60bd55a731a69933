import type { Deployment } from '../../deployment/deployment.ts'
import type { Failure } from '../../deployment/failure.ts'
import { failureKinds } from '../../deployment/failures/kinds.ts'

/** What to do about a failure: a sentence, or `Next: ` and the command. */
export function adviceText(failure: Failure, deployment: Deployment): string {
  const advice = failureKinds[failure.code].advice(failure, deployment)
  return advice.startsWith('tapit ') ? `Next: ${advice}` : advice
}
