import type { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import type { ListenerRule } from '../../../lib/config/app-config.ts'
import type { LoadBalancedProcessProps, ProcessProps } from '../../../lib/constructs/process-props.ts'
import type { ProcessService } from '../../../lib/constructs/process-service.ts'
import { AppCluster } from '../../../lib/constructs/app-cluster.ts'
import { PublicLoadBalancer } from '../../../lib/constructs/public-load-balancer.ts'
import { WebProcess } from '../../../lib/constructs/web-process.ts'
import { WorkerProcess } from '../../../lib/constructs/worker-process.ts'
import { networkForTests } from './network-for-tests.ts'
import { stackForTests } from './stack-for-tests.ts'

export type Synthesized = {
  readonly stack: Stack
  readonly process: ProcessService
  /** Made when it is first asked for; nothing can be added to the stack afterwards. */
  readonly template: Template
}

export type Surroundings = { readonly app?: string; readonly stack?: Stack }

export function ruleForTests(rule: Partial<ListenerRule> = {}): ListenerRule {
  return { process: 'default', priority: 1, hosts: [], paths: ['/*'], methods: [], ...rule }
}

/** The web process `default` of the app `shop`, all by itself. */
export function web(props: Partial<LoadBalancedProcessProps> = {}, around: Surroundings = {}): Synthesized {
  const { stack, ...own } = surroundings(around)
  const { app, cluster } = own
  const loadBalancer = new PublicLoadBalancer(stack, 'LoadBalancer', { app, vpc: cluster.vpc })
  const process = new WebProcess(stack, 'Process', {
    ...own,
    process: 'default',
    loadBalancer,
    rules: [ruleForTests()],
    ...props,
  })
  return synthesized(stack, process)
}

/** The worker `worker` of the app `shop`, all by itself. */
export function worker(props: Partial<ProcessProps> = {}, around: Surroundings = {}): Synthesized {
  const { stack, ...own } = surroundings(around)
  const process = new WorkerProcess(stack, 'Process', { ...own, process: 'worker', ...props })
  return synthesized(stack, process)
}

export function surroundings({ app = 'shop', stack = stackForTests() }: Surroundings = {}): {
  stack: Stack
  app: string
  cluster: ecs.Cluster
  repository: ecr.Repository
} {
  const vpc = networkForTests(stack)
  const { cluster } = new AppCluster(stack, 'Cluster', { app, environment: 'production', vpc })
  const repository = new ecr.Repository(stack, 'Repository', { repositoryName: app })
  return { stack, app, cluster, repository }
}

function synthesized(stack: Stack, process: ProcessService): Synthesized {
  let template: Template | undefined
  return {
    stack,
    process,
    get template() {
      template ??= Template.fromStack(stack)
      return template
    },
  }
}
