import {
  ContinuousBackupsUnavailableException,
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'

import { dynamoDbSetup } from '../../lib/adapters/aws/dynamodb-setup.ts'
import { type FakeClock, fakeClock } from '../adapters/fake-clock.ts'
import type { RecordsSetup } from '../../lib/records/records.ts'

const mock = mockClient(DynamoDBClient)
const missing = new ResourceNotFoundException({ message: 'no', $metadata: {} })

const table: TableDescription = {
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'pk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
}

let clock: FakeClock
let setup: RecordsSetup

beforeEach(() => {
  mock.reset()
  mock.on(UpdateContinuousBackupsCommand).resolves({})
  clock = fakeClock()
  setup = dynamoDbSetup({ client: new DynamoDBClient({ region: 'eu-west-1' }), clock })
})

describe('ensureTable', () => {
  it('creates the table, waits until it is active, and switches its recovery on', async () => {
    mock
      .on(DescribeTableCommand)
      .rejectsOnce(missing)
      .rejectsOnce(missing)
      .resolvesOnce({ Table: { ...table, TableStatus: 'CREATING' } })
      .resolves({ Table: table })
    mock.on(CreateTableCommand).resolves({})

    expect(await setup.ensureTable()).toBe('created')
    expect(clock.slept).toEqual([1_000, 1_000])
    expect(mock.commandCalls(CreateTableCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'tapit',
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
    })
    expect(mock.commandCalls(UpdateContinuousBackupsCommand)[0]?.args[0].input).toEqual({
      TableName: 'tapit',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    })
  })

  it('waits for the backups of a new table to be available', async () => {
    const unavailable = new ContinuousBackupsUnavailableException({ message: 'not yet', $metadata: {} })
    mock.on(DescribeTableCommand).rejectsOnce(missing).resolves({ Table: table })
    mock.on(CreateTableCommand).resolves({})
    mock.on(UpdateContinuousBackupsCommand).rejectsOnce(unavailable).resolves({})

    expect(await setup.ensureTable()).toBe('created')
    expect(clock.slept).toEqual([1_000])
  })

  it('takes a table that exists', async () => {
    mock.on(DescribeTableCommand).resolves({ Table: table })

    expect(await setup.ensureTable()).toBe('existed')
    expect(mock.commandCalls(CreateTableCommand)).toHaveLength(0)
  })

  it('takes the table of another setup that was quicker', async () => {
    mock.on(DescribeTableCommand).rejectsOnce(missing).resolves({ Table: table })
    mock.on(CreateTableCommand).rejects(new ResourceInUseException({ message: 'there', $metadata: {} }))

    expect(await setup.ensureTable()).toBe('existed')
  })

  it.each([
    ['other keys', { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }] }],
    [
      'keys of another type',
      {
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' as const },
          { AttributeName: 'sk', AttributeType: 'N' as const },
        ],
      },
    ],
    ['its end before it', { TableStatus: 'DELETING' as const }],
  ])('refuses a table with %s', async (_, own) => {
    mock.on(DescribeTableCommand).resolves({ Table: { ...table, ...own } })

    await expect(setup.ensureTable()).rejects.toMatchObject({ code: 'table_unfit' })
    expect(mock.commandCalls(UpdateContinuousBackupsCommand)).toHaveLength(0)
  })

  it('fails when the table does not turn active', async () => {
    mock.on(DescribeTableCommand).resolves({ Table: { ...table, TableStatus: 'CREATING' } })

    await expect(setup.ensureTable()).rejects.toMatchObject({ code: 'table_not_ready' })
  })
})

describe('isRecoverable', () => {
  it.each([
    ['ENABLED', true],
    ['DISABLED', false],
  ] as const)('with point-in-time recovery %s is %s', async (status, expected) => {
    mock.on(DescribeContinuousBackupsCommand).resolves({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: status },
      },
    })

    expect(await setup.isRecoverable()).toBe(expected)
  })
})
