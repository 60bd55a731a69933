import { Trouble } from '../../actions/trouble.ts'
import { recognitions } from './troubles.ts'

export type TroubleContext = {
  /** As IAM spells it: `ecs`, `elasticloadbalancing`, … */
  readonly service: string
  /** The operation that was called: `DescribeServices`. */
  readonly operation: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly region?: string
  readonly endpoint?: string
}

/** What the SDK threw, as far as it is looked at. */
export type Thrown = {
  readonly name: string
  readonly message: string
  /** Node's own: `ECONNREFUSED`. */
  readonly code?: string
  readonly httpStatus?: number
}

/** Whatever a call to AWS threw, in words for people: what happened, and the one command to try next. */
export function troubleOf(error: unknown, context: TroubleContext): Trouble {
  if (error instanceof Trouble) return error
  const thrown = thrownOf(error)
  for (const recognise of recognitions) {
    const found = recognise(thrown, context)
    if (found === undefined) continue
    return new Trouble({ ...found, awsCode: thrown.name, operation: context.operation, cause: error })
  }
  return new Trouble({
    kind: 'refused',
    code: 'aws_refused',
    message: `AWS refused ${actionOf(context)}: ${thrown.message} (${thrown.name})`,
    awsCode: thrown.name,
    operation: context.operation,
    cause: error,
  })
}

/** `ecs:UpdateService`, as IAM spells it. */
export function actionOf({ service, operation }: TroubleContext): string {
  return `${service}:${operation}`
}

function thrownOf(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } }
  const httpStatus = $metadata?.httpStatusCode
  return {
    name: error.name,
    message: error.message === '' ? causeMessage(error) : error.message,
    ...(typeof code === 'string' && { code }),
    ...(httpStatus !== undefined && { httpStatus }),
  }
}

/** An AggregateError of Node's, one error for each address that was tried, has no message of its own. */
function causeMessage(error: Error): string {
  if (error instanceof AggregateError) {
    return error.errors.map(each => (each instanceof Error ? each.message : String(each))).join('; ')
  }
  return error.cause instanceof Error ? error.cause.message : 'no reason given'
}
