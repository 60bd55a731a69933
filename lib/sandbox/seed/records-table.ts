/** The sandbox that listens there. */
type Where = { readonly url: string; readonly region: string }

/**
 * Makes the table that `tapit setup` would make: the example app comes as somebody left it who had set up everything. By DynamoDB's
 * own API over the wire, as any client would.
 */
export async function seedRecordsTable(where: Where): Promise<void> {
  await ask(where, 'CreateTable', {
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
  })
  await ask(where, 'UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })
}

const TableName = 'tapit'

async function ask({ url, region }: Where, operation: string, input: object): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      // The sandbox reads the scope and verifies no signature.
      authorization: `AWS4-HMAC-SHA256 Credential=sandbox/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  })
  if (!response.ok) throw new Error(`${operation} of the table ${TableName}: ${await response.text()}`)
}
