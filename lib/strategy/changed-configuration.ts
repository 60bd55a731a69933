import type { DeploymentConfiguration } from './deployment-configuration.ts'
import { unnamedAtRest } from './strategy-configuration.ts'

/** Where ECS keeps what a key of a strategy says. */
const partOf: Readonly<Record<string, keyof DeploymentConfiguration>> = {
  canaryPercent: 'canaryConfiguration',
  canaryBakeMinutes: 'canaryConfiguration',
  stepPercent: 'linearConfiguration',
  stepBakeMinutes: 'linearConfiguration',
  bakeMinutes: 'bakeTimeInMinutes',
  minimumHealthyPercent: 'minimumHealthyPercent',
  maximumPercent: 'maximumPercent',
  failureThreshold: 'deploymentCircuitBreaker',
  pauseBefore: 'lifecycleHooks',
  pauseTimeoutMinutes: 'lifecycleHooks',
  onPauseTimeout: 'lifecycleHooks',
}

/** The configuration of a service that names no strategy, with those parts changed that somebody named; all else is its own affair. */
export function changedConfiguration({
  existing,
  wanted,
  keys,
}: {
  readonly existing: DeploymentConfiguration
  /** As it would be if all of it were changed. */
  readonly wanted: DeploymentConfiguration
  /** Of a strategy, as tapit.yml calls them. */
  readonly keys: readonly string[]
}): DeploymentConfiguration {
  const parts = keys.flatMap(key => partOf[key] ?? [])
  return {
    ...unnamedAtRest(existing),
    ...Object.fromEntries(parts.map(part => [part, wanted[part]])),
  }
}
