import type { Change } from './compare.ts'
import type { Finding, HealthCheckChange } from './finding.ts'
import { processOf, stayingServices, stayingTargetGroups } from './service.ts'
import { isSame, membersOf, type Properties, textOf } from './template.ts'

/** Processes whose tasks would be judged in another way; said once, where two target groups change alike. */
export function changedHealthChecks(
  change: Change,
): readonly Extract<Finding, { is: 'health_check_changed' }>[] {
  return stayingServices(change.deployed, change.next).flatMap(service => {
    const changes = stayingTargetGroups(service, change).flatMap(({ before, after }) =>
      changesOf(before, after),
    )
    const once = changes.filter((one, index) => changes.findIndex(other => isSame(one, other)) === index)
    if (once.length === 0) return []
    return [{ is: 'health_check_changed' as const, process: processOf(service), changes: once }]
  })
}

const settings = [
  'HealthCheckPath',
  'Matcher',
  'HealthCheckPort',
  'HealthCheckProtocol',
  'HealthCheckEnabled',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
] as const

function changesOf(before: Properties, after: Properties): readonly HealthCheckChange[] {
  return settings
    .filter(setting => !isSame(before[setting], after[setting]))
    .map(setting => ({
      setting,
      before: valueText(before[setting]),
      after: valueText(after[setting]),
    }))
}

/** The codes that a matcher takes, and other values as they are; absent where AWS's own default holds. */
function valueText(value: unknown): string | undefined {
  const { HttpCode, GrpcCode } = membersOf(value)
  const said = HttpCode ?? GrpcCode ?? value
  return said === undefined ? undefined : textOf(said)
}
