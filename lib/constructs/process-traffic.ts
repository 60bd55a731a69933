import { Duration, Validations } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { targetGroupName } from '../names/aws.ts'
import { ProcessRule } from './process-rule.ts'
import type { LoadBalancedProcessProps } from './process-props.ts'

export interface ProcessTrafficProps extends Pick<
  LoadBalancedProcessProps,
  'app' | 'process' | 'loadBalancer' | 'rules' | 'port' | 'readinessPath' | 'drain'
> {
  /** The network of the tasks. */
  readonly vpc: ec2.IVpc
}

/** Often enough for a deploy to be quick, patient enough for a task that pauses to collect its garbage. */
const check = {
  interval: Duration.seconds(10),
  timeout: Duration.seconds(5),
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 3,
} as const

/**
 * How requests reach a process: its target groups and the rules of the load balancer that lead there. With one rule there is a pair of target
 * groups, a rule for the production traffic, one like it for the test traffic, and the role with which ECS shifts the weights. With more rules
 * ECS could not switch them at once, so there is one target group only.
 */
export class ProcessTraffic extends Construct {
  readonly port: number
  readonly blue: elb.ApplicationTargetGroup
  /** The other one of the pair; absent where more than one rule leads to the process. */
  readonly green?: elb.ApplicationTargetGroup
  readonly targetGroups: readonly elb.ApplicationTargetGroup[]
  readonly productionRules: readonly elb.ApplicationListenerRule[]
  /** Absent where more than one rule leads to the process. */
  readonly testRule?: elb.ApplicationListenerRule
  /** With which ECS shifts the weights. */
  readonly infrastructureRole?: iam.Role

  private readonly alternateTarget?: ecs.AlternateTarget

  constructor(
    scope: Construct,
    id: string,
    { loadBalancer, rules, port = 8080, ...props }: ProcessTrafficProps,
  ) {
    super(scope, id)
    const [first, ...others] = rules
    if (first === undefined)
      throw new Error(`nothing leads to the process "${props.process}": give it at least one rule`)
    this.port = port
    this.blue = this.defineTargetGroup('blue', { port, ...props })
    if (others.length > 0) {
      this.targetGroups = [this.blue]
      this.productionRules = rules.map((rule, index) =>
        this.defineRule(index === 0 ? 'Production' : `Production${index + 1}`, rule, loadBalancer.listener),
      )
      return
    }
    this.green = this.defineTargetGroup('green', { port, ...props })
    this.targetGroups = [this.blue, this.green]
    const productionRule = this.defineRule('Production', first, loadBalancer.listener)
    this.productionRules = [productionRule]
    this.testRule = this.defineRule('Test', first, loadBalancer.testListener)
    this.infrastructureRole = this.defineInfrastructureRole()
    this.alternateTarget = new ecs.AlternateTarget('Alternate', {
      alternateTargetGroup: this.green,
      productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(productionRule),
      testListener: ecs.ListenerRuleConfiguration.applicationListenerRule(this.testRule),
      role: this.infrastructureRole,
    })
  }

  /**
   * Registers the tasks of the service. The pair is named for rolling updates too: ECS then keeps to the target group that has the traffic,
   * and a change of the strategy changes nothing but the strategy.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html
   */
  attach(service: ecs.FargateService, containerName: string): void {
    const target = service.loadBalancerTarget({
      containerName,
      containerPort: this.port,
      alternateTarget: this.alternateTarget,
    })
    target.attachToApplicationTargetGroup(this.blue)
  }

  /**
   * A target group's port cannot change without a replacement, which CloudFormation refuses for what has a name of its own. That is what keeps a
   * change of the port from reaching the bootstrap revision.
   */
  private defineTargetGroup(
    color: 'blue' | 'green',
    {
      app,
      process,
      vpc,
      port,
      readinessPath,
      drain = Duration.seconds(30),
    }: Omit<ProcessTrafficProps, 'loadBalancer' | 'rules'>,
  ): elb.ApplicationTargetGroup {
    return new elb.ApplicationTargetGroup(this, color === 'blue' ? 'Blue' : 'Green', {
      targetGroupName: targetGroupName(app, process, color),
      vpc,
      port,
      protocol: elb.ApplicationProtocol.HTTP,
      targetType: elb.TargetType.IP,
      deregistrationDelay: drain,
      healthCheck: {
        ...check,
        path: readinessPath ?? '/',
        healthyHttpCodes: readinessPath === undefined ? '200-499' : '200-299',
      },
    })
  }

  private defineRule(
    id: string,
    rule: LoadBalancedProcessProps['rules'][number],
    listener: elb.ApplicationListener,
  ): elb.ApplicationListenerRule {
    return new ProcessRule(this, id, { rule, listener, blue: this.blue, green: this.green }).rule
  }

  private defineInfrastructureRole(): iam.Role {
    const role = new iam.Role(this, 'InfrastructureRole', {
      description: 'Lets ECS shift traffic between the target groups',
      assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com'),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonECSInfrastructureRolePolicyForLoadBalancers'),
      ],
    })
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers]',
      reason:
        'AWS names this policy for the role, and extends it as ECS learns to shift traffic in other ways.',
    })
    return role
  }
}
