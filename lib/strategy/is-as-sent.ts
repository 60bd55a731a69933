import { type DeploymentConfiguration, strategyOf } from './deployment-configuration.ts'

/**
 * Whether a service still has the configuration that it was sent, as far as a person or another tool would change it. Only what ECS echoes as
 * it was said is compared: what it fills in, or drops in silence, says nothing.
 */
export function isAsSent(now: DeploymentConfiguration, sent: DeploymentConfiguration): boolean {
  return (
    strategyOf(now) === strategyOf(sent) &&
    isSame(now, sent, ({ minimumHealthyPercent }) => minimumHealthyPercent) &&
    isSame(now, sent, ({ maximumPercent }) => maximumPercent) &&
    isSame(now, sent, ({ canaryConfiguration }) => canaryConfiguration?.canaryPercent) &&
    isSame(now, sent, ({ linearConfiguration }) => linearConfiguration?.stepPercent) &&
    alarmsOf(now) === alarmsOf(sent) &&
    hooksOf(now) === hooksOf(sent)
  )
}

function isSame(
  now: DeploymentConfiguration,
  sent: DeploymentConfiguration,
  part: (of: DeploymentConfiguration) => unknown,
): boolean {
  const said = part(sent)
  return said === undefined || part(now) === said
}

function alarmsOf({ alarms }: DeploymentConfiguration): string {
  return alarms?.enable === true ? alarms.alarmNames.toSorted().join(' ') : ''
}

function hooksOf({ lifecycleHooks = [] }: DeploymentConfiguration): string {
  const kinds = lifecycleHooks.map(
    ({ targetType = 'AWS_LAMBDA', lifecycleStages = [] }) => `${targetType} ${String(lifecycleStages)}`,
  )
  return kinds.toSorted().join('; ')
}
