import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import type { Timings } from '../../../lib/sandbox/world.ts'
import { TestWorld } from './test-world.ts'

/** A load balancer with a pair of target groups, of which `blue` gets all the traffic, and with a listener for tests. */
export class PairedWorld extends TestWorld {
  readonly blue: string
  readonly green: string
  readonly productionRule: string
  readonly testRule: string

  constructor(chosen?: Timings) {
    super(chosen)
    this.blue = this.balance()
    const { TargetGroups } = this.elb.CreateTargetGroup({ Name: 'green', TargetType: 'ip', Port: 8080 })
    this.green = TargetGroups?.[0]?.TargetGroupArn ?? ''
    const { LoadBalancers } = this.elb.DescribeLoadBalancers({})
    const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: this.blue }]
    this.elb.CreateListener({ LoadBalancerArn, Port: 8080, Protocol: 'HTTP', DefaultActions })
    const { Listeners = [] } = this.elb.DescribeListeners({ LoadBalancerArn })
    const [productionRule = '', testRule = ''] = Listeners.map(({ ListenerArn }) => {
      const { Rules } = this.elb.DescribeRules({ ListenerArn })
      return Rules?.[0]?.RuleArn ?? ''
    })
    this.productionRule = productionRule
    this.testRule = testRule
    const TargetGroupsOfBoth = [
      { TargetGroupArn: this.blue, Weight: 100 },
      { TargetGroupArn: this.green, Weight: 0 },
    ]
    for (const RuleArn of [productionRule, testRule]) {
      this.elb.ModifyRule({
        RuleArn,
        Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: TargetGroupsOfBoth } }],
      })
    }
  }

  get loadBalancers(): ecs.LoadBalancer[] {
    const advancedConfiguration = {
      alternateTargetGroupArn: this.green,
      productionListenerRule: this.productionRule,
      testListenerRule: this.testRule,
      roleArn: 'arn:aws:iam::123456789012:role/infrastructure',
    }
    return [{ targetGroupArn: this.blue, containerName: 'app', containerPort: 8080, advancedConfiguration }]
  }

  /** Two tasks at rest in the blue target group; the next deployment goes by the configuration. */
  steadyPair(deploymentConfiguration: ecs.DeploymentConfiguration): void {
    this.steady({
      desiredCount: 2,
      loadBalancers: this.loadBalancers,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    })
    this.update({ deploymentConfiguration })
  }

  /** Of blue and green, in the rule of the production traffic or of the tests. */
  weights(ruleArn: string = this.productionRule): readonly number[] {
    const { Rules } = this.elb.DescribeRules({ RuleArns: [ruleArn] })
    const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
    return [this.blue, this.green].map(arn => groups.find(it => it.TargetGroupArn === arn)?.Weight ?? NaN)
  }

  /** Healthy targets of blue and green. */
  healthy(): readonly number[] {
    return [this.blue, this.green].map(TargetGroupArn => {
      const { TargetHealthDescriptions = [] } = this.elb.DescribeTargetHealth({ TargetGroupArn })
      return TargetHealthDescriptions.filter(it => it.TargetHealth?.State === 'healthy').length
    })
  }

  get stage(): string {
    return this.deployment.lifecycleStage ?? 'none'
  }

  /** Passes time until something holds, and looks at what must hold at every moment. */
  watchUntil(holds: () => boolean, { atMost = 600_000 }: { atMost?: number } = {}): void {
    this.until(
      () => {
        const problems = this.trafficProblems()
        if (problems.length > 0) {
          const where = `${this.deployment.status} ${this.stage} after ${this.now} ms`
          throw new Error(
            `${where}: ${problems.join('; ')}; ${String(this.weights())} over ${String(this.healthy())} healthy`,
          )
        }
        return holds()
      },
      { atMost },
    )
  }

  watchToTheEnd(): string {
    this.watchUntil(() => this.deployment.finishedAt !== undefined)
    return this.deployment.status ?? ''
  }

  /** What has traffic can answer, as long as anything can; the shares are a whole; nothing new is served too early. */
  private trafficProblems(): readonly string[] {
    const weights = this.weights()
    const healthy = this.healthy()
    const isSomebodyThere = healthy.some(count => count > 0)
    const isDead = weights.some((weight, index) => weight > 0 && healthy[index] === 0)
    const totals = [weights, this.weights(this.testRule)].map(sum)
    const { sourceServiceRevisions = [], targetServiceRevision } = this.deployment
    const told = [...sourceServiceRevisions, targetServiceRevision].flatMap(
      it => it?.requestedProductionTrafficWeight ?? [],
    )
    const isTooEarly = beforeTheShift.includes(this.stage) && this.weightOfTarget() > 0
    return [
      ...(isSomebodyThere && isDead ? ['traffic goes where nobody answers'] : []),
      ...(totals.every(total => total === 100 || total === 1000)
        ? []
        : [`weights add up to ${String(totals)}`]),
      ...(told.length === 0 || Math.abs(sum(told) - 100) < 1e-9 ? [] : [`told are ${String(told)}`]),
      ...(isTooEarly ? ['the new revision has traffic already'] : []),
    ]
  }

  /** In the production rule, of the target group of the newest revision; 0 once its deployment is on its way back. */
  private weightOfTarget(): number {
    const { status, targetServiceRevision } = this.deployment
    if (status !== 'IN_PROGRESS') return 0
    const { serviceRevisions } = this.ecs.DescribeServiceRevisions({
      serviceRevisionArns: [targetServiceRevision?.arn ?? ''],
    })
    const { targetGroupArn } = serviceRevisions?.[0]?.resolvedConfiguration?.loadBalancers?.[0] ?? {}
    return this.weights()[[this.blue, this.green].indexOf(targetGroupArn ?? '')] ?? NaN
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

const beforeTheShift: readonly string[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
]
