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
}

/**
 * The complete configuration that a deployment by a strategy sends. What is left out would keep the value that the service was sent last, by
 * whichever deployment; so all is said, ECS's own defaults too. The service's Lambda hooks stay, in their order; its pauses are the strategy's.
 */
export function strategyConfiguration({
  existing,
  ...options
}: StrategyConfigurationOptions): DeploymentConfiguration {
  const configuration = ecsDeploymentConfiguration(options)
  const { deploymentCircuitBreaker: breaker, lifecycleHooks } = configuration
  const kept = takesHooks(configuration, existing) ? lambdaHooks(existing) : []
  return {
    ...configuration,
    deploymentCircuitBreaker: { resetOnHealthyTask: true, thresholdConfiguration: ecsThreshold, ...breaker },
    lifecycleHooks: [...kept, ...lifecycleHooks],
  }
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
export function lambdaHooks({
  lifecycleHooks = [],
}: DeploymentConfiguration): NonNullable<DeploymentConfiguration['lifecycleHooks']> {
  return lifecycleHooks.filter(({ targetType = 'AWS_LAMBDA' }) => targetType === 'AWS_LAMBDA')
}
