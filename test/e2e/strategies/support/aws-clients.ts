import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ECSClient } from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { SSMClient } from '@aws-sdk/client-ssm'

/** AWS's own clients: what another tool, or a person at the console, would see and do. */
export type AwsClients = {
  readonly ecs: ECSClient
  readonly elb: ElasticLoadBalancingV2Client
  readonly cloudwatch: CloudWatchClient
  readonly ssm: SSMClient
  readonly dynamodb: DynamoDBClient
  destroy(): void
}

export function awsClients({ url, region }: { readonly url: string; readonly region: string }): AwsClients {
  const settings = {
    endpoint: url,
    region,
    credentials: { accessKeyId: 'somebody', secretAccessKey: 'else' },
  }
  const clients = {
    ecs: new ECSClient(settings),
    elb: new ElasticLoadBalancingV2Client(settings),
    cloudwatch: new CloudWatchClient(settings),
    ssm: new SSMClient(settings),
    dynamodb: new DynamoDBClient(settings),
  }
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}
