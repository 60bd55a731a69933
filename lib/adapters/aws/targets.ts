import {
  type Action,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'

import type { ListenerRules, LiveRule, Targets } from '../../actions/ports.ts'
import { isAwsError } from './is-aws-error.ts'
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

/** The rules of listeners. They are asked for one by one, since one that is gone makes ELB refuse the others that are asked for with it. */
export function awsListenerRules(client: ElasticLoadBalancingV2Client): ListenerRules {
  async function liveRule(arn: string): Promise<readonly LiveRule[]> {
    try {
      const { Rules = [] } = await client.send(new DescribeRulesCommand({ RuleArns: [arn] }))
      return Rules.map(({ Actions = [] }) => ({ arn, weights: Actions.flatMap(weightsOf) }))
    } catch (error) {
      if (isAwsError(error, 'RuleNotFoundException', 'RuleNotFound')) return []
      throw error
    }
  }
  return { live: async arns => (await Promise.all(arns.map(liveRule))).flat() }
}

/** A single target group has no weight: all goes there. */
function weightsOf({ ForwardConfig, TargetGroupArn }: Action): LiveRule['weights'] {
  const groups = ForwardConfig?.TargetGroups ?? []
  if (groups.length === 0)
    return TargetGroupArn === undefined ? [] : [{ targetGroup: TargetGroupArn, weight: 1 }]
  return groups.map(group => ({ targetGroup: group.TargetGroupArn ?? '', weight: group.Weight ?? 1 }))
}

export function elbClients(options: AwsOptions): ServiceClients<ElasticLoadBalancingV2Client> {
  return serviceClients(ElasticLoadBalancingV2Client, 'elasticloadbalancing', options)
}
