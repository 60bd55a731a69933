import { NormalizedSchema } from '@smithy/core/schema'
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types'
import type { Sdk } from './load-sdk.ts'

/** What the wire layer needs of a service's model. */
export type ServiceSchemas = {
  readonly operations: ReadonlyMap<string, OperationSchema>
  readonly errors: ReadonlyMap<string, ErrorSchema>
}

export type OperationSchema = {
  readonly name: string
  readonly input: NormalizedSchema
  readonly output: NormalizedSchema
}

export type ErrorSchema = {
  /** What Query calls it, where that differs from its name. */
  readonly queryCode?: string
  readonly status: number
}

/** An SDK client exports the schema of every operation and error of its service. */
export function schemasOf(sdk: Sdk): ServiceSchemas {
  const exported = Object.values(sdk)
  return {
    operations: new Map(exported.filter(isOperation).map(schema => [schema[2], operation(schema)])),
    errors: new Map(exported.filter(isError).map(schema => [schema[2], error(schema)])),
  }
}

function operation([, , name, , input, output]: StaticOperationSchema): OperationSchema {
  return { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) }
}

function error(schema: StaticErrorSchema): ErrorSchema {
  const { awsQueryError, httpError, error: side } = NormalizedSchema.of(schema).getOwnTraits()
  const [queryCode, queryStatus]: unknown[] = Array.isArray(awsQueryError) ? awsQueryError : []
  const status =
    [queryStatus, httpError].find(it => typeof it === 'number') ?? (side === 'server' ? 500 : 400)
  return typeof queryCode === 'string' ? { status, queryCode } : { status }
}

/** The kinds of a static schema, by its first element. */
const operationKind = 9
const errorKind = -3

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === operationKind
}

function isError(value: unknown): value is StaticErrorSchema {
  return Array.isArray(value) && value[0] === errorKind
}
