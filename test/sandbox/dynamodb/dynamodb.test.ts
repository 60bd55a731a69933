import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import type { Snapshot } from '../../../lib/sandbox/sandbox.ts'
import { openTestSandbox } from '../wire/open-test-sandbox.ts'

const TableName = 'tapit'

async function openWithTable() {
  const opened = await openTestSandbox()
  const dynamodb = new DynamoDBClient(opened.client)
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'app', Value: 'shop' }],
    }),
  )
  const put = (sk: string, more: object = {}) =>
    dynamodb.send(
      new PutItemCommand({ TableName, Item: { pk: { S: 'a' }, sk: { S: sk }, n: { N: '1' } }, ...more }),
    )
  return { ...opened, dynamodb, put }
}

describe('a table', () => {
  it('is described with what dynalite does not know: protection, tags, the time of the clock', async () => {
    const { dynamodb } = await openWithTable()

    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
    const { Tags } = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }))

    expect(Table).toMatchObject({
      TableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/tapit',
      TableStatus: 'ACTIVE',
      DeletionProtectionEnabled: true,
      CreationDateTime: new Date('2026-11-20T12:00:00Z'),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    })
    expect(Tags).toEqual([{ Key: 'app', Value: 'shop' }])
  })

  it('is deleted only once it is no longer protected', async () => {
    const { dynamodb } = await openWithTable()
    const remove = () => dynamodb.send(new DeleteTableCommand({ TableName }))

    await expect(remove()).rejects.toMatchObject({ name: 'ValidationException' })
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
    await expect(remove()).resolves.toMatchObject({ TableDescription: { TableStatus: 'DELETING' } })
  })

  it('has point-in-time recovery and time to live', async () => {
    const { dynamodb } = await openWithTable()
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
    const TimeToLiveSpecification = { AttributeName: 'expires', Enabled: true }

    await dynamodb.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }))
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))

    const backups = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }))
    const ttl = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
      EarliestRestorableDateTime: new Date('2026-11-20T12:00:00Z'),
    })
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' })
  })

  it('fails for a setting that the sandbox lacks, rather than ignoring it', async () => {
    const { dynamodb } = await openWithTable()
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } as const

    const updating = dynamodb.send(new UpdateTableCommand({ TableName, StreamSpecification }))

    await expect(updating).rejects.toMatchObject({ message: expect.stringContaining('StreamSpecification') })
  })
})

describe('a conditional write', () => {
  const onlyNew = { ConditionExpression: 'attribute_not_exists(pk)' }

  it.each([
    ['ALL_OLD', { pk: { S: 'a' }, sk: { S: '1' }, n: { N: '1' } }],
    [undefined, undefined],
  ] as const)('that fails returns with %s the item that is there', async (wanted, item) => {
    const { put } = await openWithTable()
    await put('1')

    const error = await put('1', { ...onlyNew, ReturnValuesOnConditionCheckFailure: wanted }).catch(
      (it: unknown) => it,
    )

    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException' })
    expect(error).toHaveProperty('Item', item)
  })

  it('is won by one of many at once', async () => {
    const { put } = await openWithTable()

    const all = await Promise.allSettled(Array.from({ length: 20 }, () => put('1', onlyNew)))

    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

it('items are queried in the order of their sort key, and counted up atomically', async () => {
  const { dynamodb, put } = await openWithTable()
  for (const sk of ['3', '1', '2']) await put(sk)
  const Key = { pk: { S: 'a' }, sk: { S: '1' } }
  const increment = new UpdateItemCommand({
    TableName,
    Key,
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  })
  await Promise.all([dynamodb.send(increment), dynamodb.send(increment)])

  const query = new QueryCommand({
    TableName,
    KeyConditionExpression: 'pk = :a',
    ExpressionAttributeValues: { ':a': { S: 'a' } },
    ScanIndexForward: false,
  })
  const { Items } = await dynamodb.send(query)

  expect(Items?.map(({ sk, n }) => [sk?.S, n?.N])).toEqual([
    ['3', '1'],
    ['2', '1'],
    ['1', '3'],
  ])
})

it('tables and items come back from a snapshot that went through JSON', async () => {
  const { sandbox, put } = await openWithTable()
  await put('1')
  const state: Snapshot = JSON.parse(JSON.stringify(await sandbox.snapshot()))

  const { client } = await openTestSandbox({ state })
  const dynamodb = new DynamoDBClient(client)

  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName, Key: { pk: { S: 'a' }, sk: { S: '1' } } }),
  )
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
  expect(Item?.['n']).toEqual({ N: '1' })
  expect(Table).toMatchObject({ DeletionProtectionEnabled: true, TableStatus: 'ACTIVE' })
})
