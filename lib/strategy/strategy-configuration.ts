import type { StrategyConfig } from '../config/app-config.ts'
import { type DeploymentConfiguration, strategyOf } from './deployment-configuration.ts'
import { ecsDeploymentConfiguration } from './ecs-deployment-configuration.ts'

export type StrategyConfigurationOptions = {
  readonly strategy: StrategyConfig
  /** What the service has. */
  readonly existing: DeploymentConfiguration
  readonly hasHealthCheck: boolean
  readonly hasTestTraffic: boolean
  readonly alarmNames: readonly string[]
  /** Pauses that the service has are somebody else's: then they stay. @default false */
  readonly keepsPauses?: boolean
}

/**
 * The complete configuration that a deployment by a strategy sends. What is left out would keep the value that the service was sent last, by
 * whichever deployment; so all is said, ECS's own defaults too. The service's Lambda hooks stay, in their order; the pauses of a service that
 * tapit's CDK library made are those of its strategy.
 */
export function strategyConfiguration({
  existing,
  keepsPauses = false,
  ...options
}: StrategyConfigurationOptions): DeploymentConfiguration {
  const configuration = ecsDeploymentConfiguration(options)
  const { deploymentCircuitBreaker: breaker, lifecycleHooks } = configuration
  const { lifecycleHooks: present = [] } = existing
  const others = keepsPauses ? present : lambdaHooks(existing)
  const kept = takesHooks(configuration, existing) ? others : []
  return {
    ...configuration,
    deploymentCircuitBreaker: { resetOnHealthyTask: true, thresholdConfiguration: ecsThreshold, ...breaker },
    lifecycleHooks: [...kept, ...lifecycleHooks],
    ...withoutEarlySuccess(configuration, existing),
  }
}

/** ECS knows it with ROLLING only; there it stays as somebody has set it. */
function withoutEarlySuccess(
  { strategy }: DeploymentConfiguration,
  { earlySuccessCriteria }: DeploymentConfiguration,
): DeploymentConfiguration {
  if (earlySuccessCriteria?.enable !== true) return {}
  return { earlySuccessCriteria: strategy === 'ROLLING' ? earlySuccessCriteria : { enable: false } }
}

/** Whether ECS honours hooks with ROLLING is not documented: there they stay only where somebody has put them. */
function takesHooks({ strategy }: DeploymentConfiguration, existing: DeploymentConfiguration): boolean {
  return strategy !== 'ROLLING' || strategyOf(existing) === 'rolling'
}

/** What a service is given back that names no strategy: what it had, and outright what it did not have and was sent by a strategy. */
export function unnamedAtRest(existing: DeploymentConfiguration): DeploymentConfiguration {
  const { deploymentCircuitBreaker: breaker } = existing
  return {
    strategy: 'ROLLING',
    lifecycleHooks: [],
    alarms: { alarmNames: [], enable: false, rollback: false },
    ...existing,
    deploymentCircuitBreaker: {
      enable: true,
      rollback: true,
      resetOnHealthyTask: true,
      thresholdConfiguration: ecsThreshold,
      ...breaker,
    },
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
const ecsThreshold = { type: 'BOUNDED_PERCENT', value: 50 } as const

/** Those that somebody has given the service; ECS takes a hook without a type for one. */
function lambdaHooks({
  lifecycleHooks = [],
}: DeploymentConfiguration): NonNullable<DeploymentConfiguration['lifecycleHooks']> {
  return lifecycleHooks.filter(({ targetType = 'AWS_LAMBDA' }) => targetType === 'AWS_LAMBDA')
}
