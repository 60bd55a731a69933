import { Trouble } from '../../actions/trouble.ts'

type ApiFailure = { readonly arn?: string; readonly reason?: string; readonly detail?: string }

/**
 * A describe call of ECS answers 200 with a list of what it could not describe. What is MISSING is left out of the answer; anything
 * else is trouble.
 */
export function refuseFailures(operation: string, failures: readonly ApiFailure[] = []): void {
  const failure = failures.find(({ reason }) => reason !== 'MISSING')
  if (failure === undefined) return
  const { arn = 'a resource', reason = 'no reason given', detail } = failure
  throw new Trouble({
    kind: 'refused',
    code: 'aws_refused',
    message: `ECS could not describe ${arn}: ${reason}${detail === undefined ? '' : ` (${detail})`}`,
    awsCode: reason,
    operation,
  })
}
