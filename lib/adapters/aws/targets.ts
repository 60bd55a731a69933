import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'

import type { Targets } from '../../actions/ports.ts'
import { present } from './present.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

export type TargetsOptions = {
  readonly client: ElasticLoadBalancingV2Client
  /** Asks for the health of targets, as a poll does. @default - `client` */
  readonly polls?: ElasticLoadBalancingV2Client
}

/** ELB's own defaults. */
const defaultInterval = 30
const defaultThreshold = 2

/** Elastic Load Balancing. An empty list of ARNs would mean "all" to it, so nothing is asked then. */
export function awsTargets({ client, polls = client }: TargetsOptions): Targets {
  return {
    async groups(arns) {
      if (arns.length === 0) return []
      const { TargetGroups = [] } = await client.send(
        new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] }),
      )
      return TargetGroups.map(group => ({
        arn: group.TargetGroupArn ?? '',
        loadBalancers: group.LoadBalancerArns ?? [],
        intervalSeconds: group.HealthCheckIntervalSeconds ?? defaultInterval,
        unhealthyThreshold: group.UnhealthyThresholdCount ?? defaultThreshold,
      }))
    },

    async health(targetGroup) {
      const { TargetHealthDescriptions = [] } = await polls.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
      )
      return TargetHealthDescriptions.map(({ Target, TargetHealth }) =>
        present({
          id: Target?.Id ?? '',
          state: TargetHealth?.State ?? 'unavailable',
          reason: TargetHealth?.Reason,
          description: TargetHealth?.Description,
        }),
      )
    },

    async addresses(loadBalancers) {
      if (loadBalancers.length === 0) return new Map()
      const { LoadBalancers = [] } = await client.send(
        new DescribeLoadBalancersCommand({ LoadBalancerArns: [...loadBalancers] }),
      )
      return new Map(
        LoadBalancers.flatMap(({ LoadBalancerArn: arn, DNSName: name }) =>
          arn === undefined || name === undefined ? [] : [[arn, name] as const],
        ),
      )
    },
  }
}

export function elbClients(options: AwsOptions): ServiceClients<ElasticLoadBalancingV2Client> {
  return serviceClients(ElasticLoadBalancingV2Client, 'elasticloadbalancing', options)
}
