import type { ServiceDeploymentRecord } from '../state.ts'

/** The per cents of the traffic that the new revision gets, one after the other. With nobody to share it with, all at once. */
export function trafficSteps({
  deploymentConfiguration: configuration,
  sourceRevision,
}: Pick<ServiceDeploymentRecord, 'deploymentConfiguration' | 'sourceRevision'>): readonly number[] {
  if (sourceRevision === undefined) return [100]
  switch (configuration.strategy) {
    case 'CANARY':
      return [...new Set([configuration.canaryConfiguration?.canaryPercent ?? 5, 100])]
    case 'LINEAR':
      return linearSteps(configuration.linearConfiguration?.stepPercent ?? 10)
    case 'BLUE_GREEN':
    case 'ROLLING':
    case undefined:
      return [100]
  }
}

/** In tenths of a per cent, which is how exact ECS is: thrice 33.3 must not be 99.89999999999999. */
function linearSteps(stepPercent: number): readonly number[] {
  const step = Math.round(stepPercent * 10)
  return Array.from({ length: Math.ceil(1000 / step) }, (_, index) => Math.min(1000, step * (index + 1)) / 10)
}
