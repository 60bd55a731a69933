import type { Caller } from './handlers.ts'
import type { Sdk } from './load-sdk.ts'
import { type ErrorSchema, type OperationSchema, schemasOf } from './schemas-of.ts'

/** A loaded service: the operations that it implements. */
export type Service = SchemaService | RawService

export type SchemaService = {
  readonly operations: ReadonlyMap<string, Operation>
  readonly errors: ReadonlyMap<string, ErrorSchema>
}

export type Operation = {
  readonly schema: OperationSchema
  readonly handle: Handler
}

/** A service that checks its JSON itself. */
export type RawService = {
  /** The answer's JSON; undefined for an operation that is not implemented. */
  call(operation: string, input: Readonly<Record<string, unknown>>): Promise<object> | undefined
}

/** A service out of its SDK client's schemas and our handlers. */
export function service(sdk: Sdk, handlers: object): SchemaService {
  const { operations, errors } = schemasOf(sdk)
  const implemented = Object.entries(handlers).filter(
    (entry): entry is [string, Handler] => typeof entry[1] === 'function',
  )
  return {
    errors,
    operations: new Map(
      implemented.map(([name, handle]) => {
        const schema = operations.get(name)
        if (schema === undefined) throw new Error(`no schema of the SDK is called ${name}`)
        return [name, { schema, handle }]
      }),
    ),
  }
}

/** Handlers are typed by the SDK's commands; what comes in is checked against the same schema. */
type Handler = (input: unknown, caller: Caller) => unknown
