import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'

import { carefulClient, requestLimits } from '../../lib/adapters/aws/careful-client.ts'
import { dynamoDbRecords } from '../../lib/adapters/aws/dynamodb-records.ts'
import { newIds } from '../../lib/adapters/ids.ts'
import type { Records } from '../../lib/records/records.ts'
import { fakeClock } from './fake-clock.ts'

/** A client as the commands have it, of an endpoint on this machine. */
export function localClient(port: number): DynamoDBClient {
  const endpoint = `http://127.0.0.1:${port}`
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: requestLimits,
    maxAttempts: 8,
  })
  return carefulClient(client, { patience: 'command', context: { service: 'dynamodb', env: {}, endpoint } })
}

export function recordsAt(client: DynamoDBClient): Records {
  const clock = fakeClock()
  const { newToken } = newIds(clock)
  return dynamoDbRecords({ client, clock, newToken, place: async () => 'eu-west-1 (account 123456789012)' })
}

/** dynalite knows neither deletion protection nor point-in-time recovery, so the table of `dynamodb-setup.ts` is made here. */
export async function makeTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: 'tapit',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
}
