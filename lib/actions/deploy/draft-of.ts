import type { Deployment } from '../../deployment/deployment.ts'
import type { PlannedProcess } from '../plan/plan.ts'

/** What the record of a deployment takes over from its plan; the count of tasks goes its own way (inherited-count.ts). */
export type Draft = Pick<
  Deployment,
  | 'process'
  | 'kind'
  | 'strategy'
  | 'strategyName'
  | 'overrides'
  | 'configuration'
  | 'restore'
  | 'restores'
  | 'dockerTag'
  | 'imageDigest'
  | 'repository'
  | 'container'
  | 'service'
  | 'previous'
  | 'health'
  | 'config'
  | 'resumes'
  | 'url'
>

export function draftOf(plan: PlannedProcess): Draft {
  const { imageDigest, previous, url, strategyName, overrides, settings, configuration, restore, restores } =
    plan
  return {
    process: plan.process,
    kind: plan.kind,
    strategy: plan.strategy,
    ...(strategyName !== undefined && { strategyName }),
    ...(overrides && { overrides }),
    ...(settings && { configuration }),
    ...(restore && { restore }),
    ...(restores !== undefined && { restores }),
    dockerTag: plan.dockerTag,
    ...(imageDigest !== undefined && { imageDigest }),
    repository: plan.repository,
    container: plan.container,
    service: plan.service,
    ...(previous && { previous }),
    health: plan.health,
    config: {
      template: plan.madeFrom,
      ...(plan.configuredCount !== undefined && { count: plan.configuredCount }),
    },
    ...(plan.stop?.scaling && { resumes: plan.stop.scaling }),
    ...(url !== undefined && { url }),
  }
}

/** The record of a plan that was made once more: nothing stays of what the first one said. */
export function redrafted(record: Deployment, plan: PlannedProcess): Deployment {
  const {
    imageDigest: _digest,
    previous: _previous,
    url: _url,
    resumes: _resumes,
    strategyName: _name,
    overrides: _overrides,
    configuration: _configuration,
    restore: _restore,
    restores: _restores,
    ...rest
  } = record
  return { ...rest, ...draftOf(plan) }
}
