import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'

import { Trouble } from '../../actions/trouble.ts'
import { tableName } from '../../names/aws.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import { toAttributes } from './attribute-values.ts'
import { isAwsError } from './is-aws-error.ts'
import type { Item } from './record-items.ts'
import type { RecordKey } from './record-keys.ts'

/** When a write may happen: an expression, and its values by their placeholders (`:version`). */
export type Condition = {
  readonly expression: string
  readonly values?: Readonly<Record<string, string | number>>
}

export type Page = {
  readonly partition: string
  readonly newestFirst?: boolean
  /** Items that are looked at, before the filter. */
  readonly limit?: number
  readonly after?: RecordKey
  /** The first sort key that is looked at, in the order of the keys. */
  readonly notBefore?: string
  readonly filter?: Condition & { readonly names: Readonly<Record<string, string>> }
}

/** The table, in calls that are strongly consistent and whose failures are sentences. */
export type RecordTable = {
  get(key: RecordKey): Promise<Item | undefined>
  /** In no order; those that are missing are left out. */
  getAll(keys: readonly RecordKey[]): Promise<readonly Item[]>
  /** Whether it was written: not if the condition did not hold. */
  put(item: Item, condition: Condition): Promise<boolean>
  remove(key: RecordKey, condition: Condition): Promise<void>
  query(
    page: Page,
  ): Promise<{ readonly items: readonly Item[]; readonly isLast: boolean; readonly lastKey?: Item }>
  queryAll(partition: string): Promise<readonly Item[]>
}

export type RecordTableOptions = {
  readonly client: DynamoDBClient
  readonly clock: Clock
  /** Where the table was looked for: `eu-west-1 (account 123456789012)`. */
  readonly place: () => Promise<string>
}

const keysPerBatch = 100
/** Between two asks for what DynamoDB left unprocessed, and how many of them. */
const batchPauses = [50, 100, 200, 400, 800, 1_600, 3_200]

export function recordTable({ client, clock, place }: RecordTableOptions): RecordTable {
  async function query({
    partition,
    newestFirst = false,
    limit,
    after,
    notBefore,
    filter,
  }: Page): ReturnType<RecordTable['query']> {
    const command = new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: notBefore === undefined ? 'pk = :pk' : 'pk = :pk AND sk >= :sk',
      ExpressionAttributeValues: toAttributes({
        ':pk': partition,
        ...(notBefore !== undefined && { ':sk': notBefore }),
        ...filter?.values,
      }),
      ScanIndexForward: !newestFirst,
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: toAttributes(after) }),
      ...(filter !== undefined && {
        FilterExpression: filter.expression,
        ExpressionAttributeNames: filter.names,
      }),
    })
    const { Items: items = [], LastEvaluatedKey: lastKey } = await inTable(client.send(command))
    return { items, isLast: lastKey === undefined, ...(lastKey !== undefined && { lastKey }) }
  }

  async function batch(keys: readonly RecordKey[]): Promise<readonly Item[]> {
    const items: Item[] = []
    let pending = keys.map(key => toAttributes(key))
    for (const pause of [0, ...batchPauses]) {
      if (pause > 0) await clock.sleep(pause)
      const RequestItems = { [tableName]: { Keys: pending, ConsistentRead: true } }
      const answer = await inTable(client.send(new BatchGetItemCommand({ RequestItems })))
      items.push(...(answer.Responses?.[tableName] ?? []))
      pending = answer.UnprocessedKeys?.[tableName]?.Keys ?? []
      if (pending.length === 0) return items
    }
    throw new Trouble({
      kind: 'throttled',
      code: 'throttled',
      message: `DynamoDB does not give out all records of the table "${tableName}" for now`,
      advice: 'try again in a minute',
      awsCode: 'UnprocessedKeys',
      operation: 'BatchGetItem',
    })
  }

  /** Says in the user's words that there is no table, or that a record does not fit. */
  async function inTable<Answer>(asked: Promise<Answer>): Promise<Answer> {
    try {
      return await asked
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) throw await noTable(place, error)
      if (isAwsError(error, 'ValidationException') && /item size/i.test(error.message)) throw tooLarge(error)
      throw error
    }
  }

  return {
    query,

    async get(key) {
      const { Item } = await inTable(
        client.send(
          new GetItemCommand({ TableName: tableName, Key: toAttributes(key), ConsistentRead: true }),
        ),
      )
      return Item
    },

    async getAll(keys) {
      const items: Item[] = []
      for (let from = 0; from < keys.length; from += keysPerBatch) {
        items.push(...(await batch(keys.slice(from, from + keysPerBatch))))
      }
      return items
    },

    async put(item, condition) {
      const command = new PutItemCommand({ TableName: tableName, Item: item, ...conditionOf(condition) })
      return isMet(inTable(client.send(command)))
    },

    async remove(key, condition) {
      const command = new DeleteItemCommand({
        TableName: tableName,
        Key: toAttributes(key),
        ...conditionOf(condition),
      })
      await isMet(inTable(client.send(command)))
    },

    async queryAll(partition) {
      const items: Item[] = []
      let after: RecordKey | undefined
      do {
        const page = await query({ partition, ...(after && { after }) })
        items.push(...page.items)
        after = page.lastKey && keyOf(page.lastKey)
      } while (after !== undefined)
      return items
    },
  }
}

/** The keys of an item. */
export function keyOf(item: Item): RecordKey {
  return { pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' }
}

function conditionOf({ expression, values }: Condition): {
  ConditionExpression: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Item
} {
  // Some of our attributes' names are reserved words; the placeholder's name is the attribute's.
  const names = [...new Set(expression.match(/#\w+/g) ?? [])].map(name => [name, name.slice(1)] as const)
  return {
    ConditionExpression: expression,
    ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
    ...(values !== undefined && { ExpressionAttributeValues: toAttributes(values) }),
  }
}

async function isMet(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked
    return true
  } catch (error) {
    if (isAwsError(error, 'ConditionalCheckFailedException')) return false
    throw error
  }
}

async function noTable(place: () => Promise<string>, cause: unknown): Promise<Refusal> {
  return new Refusal({
    code: 'no_table',
    message: `there is no table "${tableName}" in ${await place()}: tapit keeps its history and its locks there`,
    advice: 'tapit setup',
    cause,
  })
}

function tooLarge(cause: unknown): Refusal {
  return new Refusal({
    code: 'record_too_large',
    message: 'this record is larger than the 400 KB that DynamoDB takes; nothing was written',
    advice: 'shorten what was given as reason, initiator or tag',
    cause,
  })
}
