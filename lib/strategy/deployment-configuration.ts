import type { StrategyType } from '../names/vocabulary.ts'

/** ECS's `deploymentConfiguration`, as far as tapit reads it; the rest is carried along untouched. */
export type DeploymentConfiguration = Readonly<Record<string, unknown>> & {
  /** ROLLING (also when absent), BLUE_GREEN, CANARY, LINEAR. */
  readonly strategy?: string
  readonly maximumPercent?: number
  readonly minimumHealthyPercent?: number
  readonly bakeTimeInMinutes?: number
  readonly canaryConfiguration?: {
    readonly canaryPercent?: number
    readonly canaryBakeTimeInMinutes?: number
  }
  readonly linearConfiguration?: { readonly stepPercent?: number; readonly stepBakeTimeInMinutes?: number }
  readonly earlySuccessCriteria?: Readonly<Record<string, unknown>> & { readonly enable?: boolean }
  readonly lifecycleHooks?: readonly (Readonly<Record<string, unknown>> & {
    readonly targetType?: string
    readonly lifecycleStages?: readonly string[]
  })[]
  readonly deploymentCircuitBreaker?: Readonly<Record<string, unknown>> & {
    readonly enable: boolean
    readonly rollback: boolean
    readonly resetOnHealthyTask?: boolean
  }
  readonly alarms?: {
    readonly alarmNames: readonly string[]
    readonly enable: boolean
    readonly rollback: boolean
  }
}

const ofEcs: Readonly<Record<string, StrategyType>> = {
  ROLLING: 'rolling',
  BLUE_GREEN: 'blue_green',
  CANARY: 'canary',
  LINEAR: 'linear',
}

/** The strategy that a service's configuration stands for. */
export function strategyOf({ strategy = 'ROLLING' }: DeploymentConfiguration): StrategyType {
  return ofEcs[strategy] ?? 'rolling'
}

/**
 * The complete configuration for a deployment: what the service has (hooks and alarms that CDK put there stay), with the circuit
 * breaker and its rollback always on. A process without any health check counts as healthy to ECS the moment it runs, which would
 * reset the breaker's count at every crash; there the failures add up.
 */
export function deploymentConfiguration({
  existing,
  hasHealthCheck,
}: {
  existing: DeploymentConfiguration
  hasHealthCheck: boolean
}): DeploymentConfiguration {
  return {
    ...existing,
    deploymentCircuitBreaker: {
      ...existing.deploymentCircuitBreaker,
      enable: true,
      rollback: true,
      ...(!hasHealthCheck && { resetOnHealthyTask: false }),
    },
  }
}
