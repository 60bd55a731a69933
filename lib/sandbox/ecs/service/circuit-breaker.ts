import type { ecs } from '../../wire/handlers.ts'

export type CircuitBreaker = {
  readonly isEnabled: boolean
  readonly rollsBack: boolean
  readonly resetsOnHealthyTask: boolean
  readonly threshold: number
}

export type CircuitBreakerOptions = {
  readonly configuration: ecs.DeploymentConfiguration
  /** The current one: ECS counts with it, even if it changed during the deployment. */
  readonly desiredCount: number
}

/** The circuit breaker's settings with ECS's defaults: half of the desired count, but from 3 to 200. */
export function circuitBreaker({ configuration, desiredCount }: CircuitBreakerOptions): CircuitBreaker {
  const breaker = configuration.deploymentCircuitBreaker
  const { type = 'BOUNDED_PERCENT', value = 50 } = breaker?.thresholdConfiguration ?? {}
  const share = Math.ceil((value / 100) * desiredCount)
  return {
    isEnabled: breaker?.enable ?? false,
    rollsBack: breaker?.rollback ?? false,
    resetsOnHealthyTask: breaker?.resetOnHealthyTask ?? true,
    threshold:
      type === 'COUNT'
        ? value
        : type === 'UNBOUNDED_PERCENT'
          ? Math.max(1, share)
          : Math.min(200, Math.max(3, share)),
  }
}
