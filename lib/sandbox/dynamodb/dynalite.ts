import db, { type Entry } from 'dynalite/db/index.js'
import validations from 'dynalite/validations/index.js'
import { isRecord } from '../is-record.ts'
import { AwsError } from '../wire/aws-error.ts'
import { dynaliteOperations } from './dynalite-operations.ts'

export type DynaliteOptions = {
  readonly account: string
  readonly region: string
  readonly entries: readonly Entry[]
}

/** dynalite in memory, without its HTTP server. */
export type Dynalite = {
  /** Undefined when dynalite has no such operation. Throws AwsError for what DynamoDB answers with an error. */
  call(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> | undefined
  entries(): Promise<Entry[]>
}

export async function openDynalite({ account, region, entries }: DynaliteOptions): Promise<Dynalite> {
  const store = db.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  // dynalite takes these two from the environment.
  store.tableDb.awsAccountId = account
  store.tableDb.awsRegion = region
  await store.db.open()
  await store.db.batch(entries.map(([key, value]) => ({ type: 'put', key, value })))
  return {
    entries: () => store.db.iterator().all(),
    call: (name, input) => {
      const operation = Object.hasOwn(dynaliteOperations, name) ? dynaliteOperations[name] : undefined
      if (operation === undefined) return undefined
      const unknown = Object.keys(input).filter(member => !Object.hasOwn(operation.input.types, member))
      if (unknown.length > 0) {
        // dynalite would ignore them, and the client would think that it got what it asked for.
        throw new AwsError(
          'ValidationException',
          `The sandbox does not implement ${unknown.join(', ')} of ${name}`,
        )
      }
      const { types, custom } = operation.input
      return new Promise((resolve, reject) => {
        try {
          const data = validations.checkTypes(structuredClone(input), types)
          validations.checkValidations(data, types, custom, store)
          operation.act(store, data, (error, answer) => {
            if (error) reject(translated(error))
            // dynalite says null for some members that DynamoDB leaves out.
            else
              resolve(
                Object.fromEntries(
                  Object.entries(isRecord(answer) ? answer : {}).filter(([, it]) => it !== null),
                ),
              )
          })
        } catch (error) {
          reject(translated(error))
        }
      })
    },
  }
}

/** dynalite's expected errors carry the body of their answer. */
function translated(error: unknown): unknown {
  const body = isRecord(error) ? error['body'] : undefined
  if (!isRecord(body) || typeof body['__type'] !== 'string') return error
  const { __type: type, message, Message, ...members } = body
  const name = type.split('#').at(-1) ?? type
  return new AwsError(name, [message, Message].find(it => typeof it === 'string') ?? '', members)
}
