import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Construct } from 'constructs'
import type { ListenerRule } from '../config/app-config.ts'

export interface ProcessRuleProps {
  /** What is answered, in which order, and how it is rewritten. */
  readonly rule: ListenerRule
  /** Where the requests come in. */
  readonly listener: elb.ApplicationListener
  /** Where they go at first. */
  readonly blue: elb.ApplicationTargetGroup
  /**
   * Where ECS can shift them.
   *
   * @default - ECS shifts nothing here
   */
  readonly green?: elb.ApplicationTargetGroup
}

/** A rule of the load balancer that leads to a process. */
export class ProcessRule extends Construct {
  readonly rule: elb.ApplicationListenerRule

  constructor(scope: Construct, id: string, { rule, listener, blue, green }: ProcessRuleProps) {
    super(scope, id)
    this.rule = new elb.ApplicationListenerRule(this, 'Rule', {
      listener,
      priority: rule.priority,
      conditions: conditions(rule),
      action:
        green === undefined
          ? elb.ListenerAction.forward([blue])
          : elb.ListenerAction.weightedForward([
              { targetGroup: blue, weight: 100 },
              { targetGroup: green, weight: 0 },
            ]),
    })
    if (rule.rewrite !== undefined) this.rewrite(rule.rewrite)
  }

  /** CDK's own rule knows no transforms yet. */
  private rewrite(rewrite: NonNullable<ListenerRule['rewrite']>): void {
    const { defaultChild: resource } = this.rule.node
    if (!(resource instanceof elb.CfnListenerRule)) throw new Error('the rule has no resource of its own')
    resource.transforms = [{ type: 'url-rewrite', urlRewriteConfig: { rewrites: [rewrite] } }]
  }
}

/** A rule needs a condition; one that takes everything says so with a path. */
function conditions({ hosts, paths, methods }: ListenerRule): elb.ListenerCondition[] {
  const all = [
    ...(hosts.length > 0 ? [elb.ListenerCondition.hostHeaders([...hosts])] : []),
    ...(paths.length > 0 ? [elb.ListenerCondition.pathPatterns([...paths])] : []),
    ...(methods.length > 0 ? [elb.ListenerCondition.httpRequestMethods([...methods])] : []),
  ]
  return all.length > 0 ? all : [elb.ListenerCondition.pathPatterns(['/*'])]
}
