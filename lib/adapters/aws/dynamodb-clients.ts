import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

/** The clients of the records. */
export function dynamoDbClients(options: AwsOptions): ServiceClients<DynamoDBClient> {
  return serviceClients(DynamoDBClient, 'dynamodb', options)
}
