import { Stack } from 'aws-cdk-lib'
import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { ScaleConfig } from '../config/app-config.ts'

export interface ProcessScalingProps {
  /** The cluster of the service. */
  readonly cluster: ecs.ICluster
  /** What is scaled. */
  readonly service: ecs.FargateService
  /** Between what, and at which load. */
  readonly scale: ScaleConfig
  /**
   * What its requests are counted in.
   *
   * @default - there are none
   */
  readonly targetGroups?: readonly elb.ApplicationTargetGroup[]
}

/** Scales a process with its load. */
export class ProcessScaling extends Construct {
  readonly target: scaling.ScalableTarget

  constructor(
    scope: Construct,
    id: string,
    { cluster, service, scale, targetGroups = [] }: ProcessScalingProps,
  ) {
    super(scope, id)
    this.target = new scaling.ScalableTarget(this, 'Target', {
      serviceNamespace: scaling.ServiceNamespace.ECS,
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
      minCapacity: scale.min,
      maxCapacity: scale.max,
      role: this.serviceLinkedRole(),
    })
    if (scale.cpu !== undefined)
      this.track('Cpu', scaling.PredefinedMetric.ECS_SERVICE_AVERAGE_CPU_UTILIZATION, scale.cpu)
    if (scale.memory !== undefined)
      this.track('Memory', scaling.PredefinedMetric.ECS_SERVICE_AVERAGE_MEMORY_UTILIZATION, scale.memory)
    if (scale.requests !== undefined) this.trackRequests(scale.requests, targetGroups)
  }

  private track(id: string, predefinedMetric: scaling.PredefinedMetric, targetValue: number): void {
    this.target.scaleToTrackMetric(id, { predefinedMetric, targetValue })
  }

  /**
   * Requests per task and minute in the target group that has the traffic. ALBRequestCountPerTarget names one target group, and would scale in
   * to the minimum as soon as a blue-green deployment ends in the other.
   */
  private trackRequests(
    targetValue: number,
    targetGroups: readonly elb.ApplicationTargetGroup[],
  ): scaling.CfnScalingPolicy {
    const ids = targetGroups.map((_, index) => `requests${index}`)
    return new scaling.CfnScalingPolicy(this, 'Requests', {
      policyName: 'requests',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: this.target.scalableTargetId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        customizedMetricSpecification: {
          metrics: [
            {
              id: 'busiest',
              label: 'Requests per task',
              expression: `MAX([${ids.map(each => `FILL(${each}, 0)`).join(', ')}])`,
              returnData: true,
            },
            ...targetGroups.map((targetGroup, index) => ({
              id: `requests${index}`,
              returnData: false,
              metricStat: {
                stat: 'Sum',
                metric: {
                  namespace: 'AWS/ApplicationELB',
                  metricName: 'RequestCountPerTarget',
                  dimensions: [{ name: 'TargetGroup', value: targetGroup.targetGroupFullName }],
                },
              },
            })),
          ],
        },
      },
    })
  }

  /** AWS makes it with the first service that is scaled. */
  private serviceLinkedRole(): iam.IRole {
    return iam.Role.fromRoleArn(
      this,
      'Role',
      Stack.of(this).formatArn({
        service: 'iam',
        region: '',
        resource: 'role/aws-service-role/ecs.application-autoscaling.amazonaws.com',
        resourceName: 'AWSServiceRoleForApplicationAutoScaling_ECSService',
      }),
    )
  }
}
