import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ECRClient } from '@aws-sdk/client-ecr'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { services } from '../../../lib/sandbox/wire/services.ts'

describe('the description of a service', () => {
  it.each([
    ['ecs', ECSClient],
    ['ecr', ECRClient],
    ['elasticloadbalancing', ElasticLoadBalancingV2Client],
    ['logs', CloudWatchLogsClient],
    ['monitoring', CloudWatchClient],
    ['application-autoscaling', ApplicationAutoScalingClient],
    ['ssm', SSMClient],
    ['sts', STSClient],
    ['dynamodb', DynamoDBClient],
  ] as const)('of %s is what its SDK client says of itself', (id, Client) => {
    const {
      protocol,
      protocolSettings: settings,
      defaultSigningName,
    } = new Client({ region: 'us-east-1' }).config
    const { json, query, cbor, queryCompatible } = services.find(service => service.id === id) ?? {}

    const shape = protocol.getShapeId()
    const served = [
      json && `aws.protocols#awsJson${json.version.replace('.', '_')}`,
      query && 'aws.protocols#awsQuery',
    ]

    expect(defaultSigningName).toBe(id)
    expect(served).toContain(shape)
    expect(settings).toMatchObject({
      ...(json && { serviceTarget: json.target }),
      ...(cbor && { serviceTarget: cbor.target }),
      ...(query && { version: query.version, xmlNamespace: query.xmlNamespace }),
      ...(queryCompatible && { awsQueryCompatible: true }),
    })
  })
})
