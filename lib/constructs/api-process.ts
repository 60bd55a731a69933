import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { Construct } from 'constructs'
import type { LoadBalancedProcessProps } from './process-props.ts'
import { ProcessService } from './process-service.ts'
import type { ProcessTraffic } from './process-traffic.ts'

/** A process that only routes lead to. */
export class ApiProcess extends ProcessService {
  declare readonly traffic: ProcessTraffic
  declare readonly blue: elb.ApplicationTargetGroup

  constructor(scope: Construct, id: string, props: LoadBalancedProcessProps) {
    super(scope, id, { ...props, kind: 'api', traffic: props })
  }
}
