import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { Construct } from 'constructs'
import type { LoadBalancedProcessProps } from './process-props.ts'
import { ProcessService } from './process-service.ts'
import type { ProcessTraffic } from './process-traffic.ts'

/** A process that is public behind the load balancer. */
export class WebProcess extends ProcessService {
  declare readonly traffic: ProcessTraffic
  declare readonly blue: elb.ApplicationTargetGroup

  constructor(scope: Construct, id: string, props: LoadBalancedProcessProps) {
    super(scope, id, { ...props, kind: 'web', traffic: props })
  }
}
