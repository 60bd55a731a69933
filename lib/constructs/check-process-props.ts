import { Token } from 'aws-cdk-lib'
import type { StrategyConfig } from '../config/app-config.ts'
import { fargateMemory } from '../config/fargate-memory.ts'
import { conditionValuesPerRule } from '../config/listener-rules.ts'
import { misfitsOfStrategy } from '../strategy/misfits-of-strategy.ts'
import type { LoadBalancedProcessProps, ProcessProps } from './process-props.ts'

export type CheckProcessPropsOptions = {
  readonly props: ProcessProps
  readonly strategy: StrategyConfig
  /** @default - a worker, without any traffic */
  readonly traffic?: Pick<LoadBalancedProcessProps, 'rules' | 'port'>
}

const readinessSeconds = 300
const stopSeconds = 120
const mostImages = 1_000

/** Refuses early what AWS would refuse late: every mistake at once, with what is allowed. */
export function checkProcessProps({ props, strategy, traffic }: CheckProcessPropsOptions): void {
  const mistakes = [
    ...names(props),
    ...size(props),
    ...count(props, traffic),
    ...images(props),
    ...times(props),
    ...(traffic === undefined ? [] : reach(props, traffic)),
    ...deployments({ props, strategy, traffic }),
    ...container(props),
  ]
  if (mistakes.length > 0)
    throw new Error(`process "${props.process}" of ${props.app}: ${mistakes.join('; ')}`)
}

function names({ app, process, cluster: { clusterName } }: ProcessProps): readonly string[] {
  return [
    ...mistake(
      !Token.isUnresolved(clusterName) && clusterName !== app,
      `'app' is the name of its cluster, "${clusterName}", got "${app}"`,
    ),
    ...mistake(
      !/^[a-z](?:[a-z0-9-]{0,125}[a-z0-9])?$/.test(app),
      `'app' takes lower-case letters, digits and hyphens and begins with a letter, got "${app}"`,
    ),
    ...mistake(
      !/^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/.test(process),
      `'process' takes 1 to 63 lower-case letters, digits, hyphens and underscores, got "${process}"`,
    ),
  ]
}

function size({ cpu = 256, memory = 512 }: ProcessProps): readonly string[] {
  const allowed = fargateMemory(cpu)
  if (allowed.length === 0) return [`'cpu' is one of 256, 512, 1024, 2048, 4096, 8192 and 16384, got ${cpu}`]
  return mistake(
    !allowed.includes(memory),
    `'memory' for a cpu of ${cpu} is one of ${allowed.join(', ')}, got ${memory}`,
  )
}

function count(
  { count = 1, scaling }: ProcessProps,
  traffic: CheckProcessPropsOptions['traffic'],
): readonly string[] {
  if (scaling === undefined)
    return mistake(!Number.isInteger(count) || count < 0, `'count' is a whole number from 0 on, got ${count}`)
  const { min, max, cpu, memory, requests } = scaling
  return [
    ...mistake(min > max || min < 0, `'scaling' is from min to max, got ${min} to ${max}`),
    ...mistake(
      cpu === undefined && memory === undefined && requests === undefined,
      `'scaling' needs a target: cpu, memory or requests`,
    ),
    ...mistake(
      requests !== undefined && traffic === undefined,
      `'scaling.requests' counts requests, and a worker has none: use cpu or memory`,
    ),
  ]
}

function images({ keepImages = 10 }: ProcessProps): readonly string[] {
  return mistake(
    !Number.isInteger(keepImages) || keepImages < 1 || keepImages > mostImages,
    `'keepImages' is from 1 to ${mostImages}, got ${keepImages}`,
  )
}

function times({ readinessTimeout, stopTimeout }: ProcessProps): readonly string[] {
  const readiness = readinessTimeout?.toSeconds({ integral: false }) ?? 30
  const stop = stopTimeout?.toSeconds() ?? 30
  return [
    ...mistake(
      readiness < 1 || readiness > readinessSeconds,
      `'readinessTimeout' is from 1 to ${readinessSeconds} seconds, got ${readiness}`,
    ),
    ...mistake(
      stop < 1 || stop > stopSeconds,
      `'stopTimeout' is from 1 to ${stopSeconds} seconds, got ${stop}`,
    ),
  ]
}

function reach(
  { healthCheckCommand }: ProcessProps,
  { rules, port = 8080 }: NonNullable<CheckProcessPropsOptions['traffic']>,
): readonly string[] {
  const tooMany = rules.find(
    ({ hosts, paths, methods }) => hosts.length + paths.length + methods.length > conditionValuesPerRule,
  )
  return [
    ...mistake(rules.length === 0, `nothing leads to it: 'rules' needs at least one`),
    ...mistake(
      tooMany !== undefined,
      `a rule of the load balancer takes ${conditionValuesPerRule} hosts, paths and methods together; split the one with priority ${tooMany?.priority}`,
    ),
    ...mistake(
      !Token.isUnresolved(port) && (!Number.isInteger(port) || port < 1 || port > 65_535),
      `'port' is from 1 to 65535, got ${port}`,
    ),
    ...mistake(
      healthCheckCommand !== undefined,
      `'healthCheckCommand' is for workers: the load balancer asks for 'readinessPath'`,
    ),
  ]
}

function deployments({
  props: { strategies = [] },
  strategy,
  traffic,
}: CheckProcessPropsOptions): readonly string[] {
  const misfitsOf = (each: StrategyConfig): readonly string[] =>
    misfitsOfStrategy({
      strategy: each,
      isLoadBalanced: traffic !== undefined,
      rules: traffic?.rules.length,
    })
  return [
    ...misfitsOf(strategy),
    ...strategies.flatMap(each => misfitsOf(each).map(misfit => `'strategies', ${each.name}: ${misfit}`)),
  ]
}

function container(props: ProcessProps): readonly string[] {
  const twice = Object.keys(props.env ?? {}).filter(name => name in (props.secrets ?? {}))
  return [
    ...mistake(twice.length > 0, `${twice.join(', ')} is in both 'env' and 'secrets'`),
    ...mistake(
      props.healthCheckCommand?.length === 0,
      `'healthCheckCommand' is empty: name a program, or leave it out`,
    ),
    ...mistake(
      props.enableExecuteCommand === true && props.readOnlyRootFilesystem === true,
      `'enableExecuteCommand' writes to the root filesystem, which 'readOnlyRootFilesystem' forbids: choose one`,
    ),
  ]
}

function mistake(is: boolean, what: string): readonly string[] {
  return is ? [what] : []
}
