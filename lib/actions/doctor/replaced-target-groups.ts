import type { Change } from './compare.ts'
import type { Finding } from './finding.ts'
import { processOf, stayingServices, stayingTargetGroups } from './service.ts'
import { isSame } from './template.ts'

/** What a target group cannot change without being made anew. A port is said of the placeholder already. */
const fixed = ['Name', 'Protocol', 'ProtocolVersion', 'TargetType', 'VpcId'] as const

/** Processes whose target groups would be made anew, which CloudFormation refuses for what has a name of its own. */
export function replacedTargetGroups(change: Change): readonly Finding[] {
  return stayingServices(change.deployed, change.next).flatMap((service): readonly Finding[] => {
    const settings = stayingTargetGroups(service, change).flatMap(({ before, after }) =>
      fixed.filter(setting => !isSame(before[setting], after[setting])),
    )
    if (settings.length === 0) return []
    return [{ is: 'target_groups_replaced', process: processOf(service), settings: [...new Set(settings)] }]
  })
}
