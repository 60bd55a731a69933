import type { DynamoDBClient, QueryCommand, QueryCommandOutput } from '@aws-sdk/client-dynamodb'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { dynamoDbRecords } from '../../lib/adapters/aws/dynamodb-records.ts'
import { itemOf } from '../../lib/adapters/aws/record-items.ts'
import { recordKey } from '../../lib/adapters/aws/record-keys.ts'
import type { Records } from '../../lib/records/records.ts'
import { fakeClock } from './fake-clock.ts'
import { someDeployment } from './some-records.ts'

const deployments = 100_000
/** As many items of this size as DynamoDB looks at in a call, a megabyte. */
const itemsPerCall = 400

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

describe('a history of 100,000 deployments', { timeout: 120_000 }, () => {
  it('is paged through to its beginning, a query a page, in constant memory', async () => {
    const { records, queries } = longHistory()
    const heaps: number[] = []
    let seen = 0
    let from: string | undefined
    let last = ''

    do {
      const page = await records.listDeployments({ app: 'shop', limit: 100, isOneQuery: true, from })
      seen += page.deployments.length
      last = page.deployments.at(-1)?.record.id ?? last
      from = page.next
      if (seen % 10_000 === 0) heaps.push(heapUsed())
    } while (from !== undefined)

    expect(seen).toBe(deployments)
    expect(last).toBe(idOf(0))
    expect(queries()).toBe(deployments / 100)
    const [early = 0] = heaps
    expect(Math.max(...heaps) - early).toBeLessThan(8 * 1024 * 1024)
  })

  it('has pages without a deployment where a filter finds none in a query, and they lead on', async () => {
    const { records, queries } = longHistory()
    const asked = { app: 'shop', processes: ['nobody'], limit: 20, isOneQuery: true }

    const first = await records.listDeployments(asked)
    const second = await records.listDeployments({ ...asked, from: first.next })

    expect(first.deployments).toEqual([])
    expect(second.deployments).toEqual([])
    expect(second.next).not.toBe(first.next)
    expect(queries()).toBe(2)
  })
})

function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** Deployment `index`, oldest first. */
function idOf(index: number): string {
  return `dep_${String(index).padStart(8, '0')}`
}

/** A table that makes its items up when they are asked for, as DynamoDB would answer. */
function longHistory(): { records: Records; queries(): number } {
  let queries = 0
  const send = async ({ input }: QueryCommand): Promise<Partial<QueryCommandOutput>> => {
    queries += 1
    const { ExclusiveStartKey: after, Limit: limit = itemsPerCall, FilterExpression: filter } = input
    const newest = after?.['sk']?.S === undefined ? deployments : Number(after['sk'].S.slice(4))
    const looked = Math.min(limit, itemsPerCall, newest)
    const oldest = newest - looked
    const items = Array.from({ length: looked }, (_, index) => itemFor(newest - 1 - index))
    return {
      Items: filter === undefined ? items : [],
      ...(oldest > 0 && { LastEvaluatedKey: { pk: { S: 'shop#deployment' }, sk: { S: idOf(oldest) } } }),
    }
  }
  const records = dynamoDbRecords({
    client: { send } as unknown as DynamoDBClient,
    clock: fakeClock(),
    place: async () => 'eu-west-1',
    newToken: () => 'token',
  })
  return { records, queries: () => queries }
}

function itemFor(index: number): ReturnType<typeof itemOf> {
  const record = someDeployment({ id: idOf(index), process: 'default' })
  return itemOf({
    key: recordKey('shop', 'deployment', record.id),
    version: 1,
    write: 'token',
    attributes: { process: record.process, status: 'creating' },
    record,
  })
}
