import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb'

import { Trouble } from '../../actions/trouble.ts'
import { tableName } from '../../names/aws.ts'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import type { RecordsSetup } from '../../records/records.ts'
import { isAwsError } from './is-aws-error.ts'

export type DynamoDbSetupOptions = { readonly client: DynamoDBClient; readonly clock: Clock }

/** A table takes some seconds to be made. */
const lookEvery = 1_000
const mostLooks = 180

/** Makes the table of the records where CDK has not. A setup that was interrupted is completed by the next one. */
export function dynamoDbSetup({ client, clock }: DynamoDbSetupOptions): RecordsSetup {
  async function table(): Promise<TableDescription | undefined> {
    try {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
      return Table
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return undefined
      throw error
    }
  }

  async function create(): Promise<'created' | 'existed'> {
    try {
      await client.send(
        new CreateTableCommand({
          TableName: tableName,
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
        }),
      )
      return 'created'
    } catch (error) {
      // Somebody else's setup was quicker, or the answer to our own first attempt was lost: either way the table comes.
      if (isAwsError(error, 'ResourceInUseException')) return 'existed'
      throw error
    }
  }

  async function whenActive(): Promise<void> {
    for (let look = 0; look < mostLooks; look += 1) {
      const found = await table()
      if (found !== undefined) refuseUnfit(found)
      if (found?.TableStatus === 'ACTIVE' || found?.TableStatus === 'UPDATING') return
      await clock.sleep(lookEvery)
    }
    throw new Refusal({
      code: 'table_not_ready',
      message: `the table "${tableName}" is still not ready after ${(mostLooks * lookEvery) / 1_000} seconds`,
      advice: 'tapit setup   (it goes on where it was)',
    })
  }

  /** Right after a table turned active, its backups may not be "available" yet. */
  async function recoverable(): Promise<void> {
    for (let look = 0; ; look += 1) {
      try {
        await client.send(
          new UpdateContinuousBackupsCommand({
            TableName: tableName,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        )
        return
      } catch (error) {
        if (!isAwsError(error, 'ContinuousBackupsUnavailableException') || look >= mostLooks) throw error
        await clock.sleep(lookEvery)
      }
    }
  }

  return {
    async ensureTable() {
      const before = await table()
      if (before !== undefined) refuseUnfit(before)
      const outcome = before === undefined ? await create() : 'existed'
      await whenActive()
      await recoverable()
      return outcome
    },
    async isRecoverable() {
      const { ContinuousBackupsDescription: backups } = await client.send(
        new DescribeContinuousBackupsCommand({ TableName: tableName }),
      )
      return backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED'
    },
  }
}

/** A table of this name with other keys is somebody else's. */
function refuseUnfit({
  KeySchema = [],
  AttributeDefinitions = [],
  TableStatus,
  TableArn = '',
}: TableDescription): void {
  if (TableStatus === 'DELETING' || TableStatus === 'ARCHIVED' || TableStatus === 'ARCHIVING') {
    throw new Trouble({
      kind: 'refused',
      code: 'table_unfit',
      message: `the table "${tableName}" is ${TableStatus} (${TableArn})`,
      advice: 'tapit setup   once it is gone',
      awsCode: TableStatus,
      operation: 'DescribeTable',
    })
  }
  const keys = KeySchema.map(({ AttributeName, KeyType }) => {
    const type = AttributeDefinitions.find(each => each.AttributeName === AttributeName)?.AttributeType
    return `${AttributeName} (${KeyType}, ${type})`
  }).join(' and ')
  const ours = 'pk (HASH, S) and sk (RANGE, S)'
  if (keys === ours) return
  throw new Refusal({
    code: 'table_unfit',
    message: `there is a table "${tableName}" that is not tapit's: its keys are ${keys}, tapit's are ${ours} (${TableArn})`,
    advice: 'use another region or account for tapit, or rename that table',
  })
}
