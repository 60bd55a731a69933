import { tagKeys } from '../../names/aws.ts'
import type { Change } from './compare.ts'
import type { Finding } from './finding.ts'
import { lostGrants } from './lost-grants.ts'
import { processOf, stayingServices, tagOf } from './service.ts'
import { attributeOf, isSame, resourcesOf, types } from './template.ts'

/** Processes that stay, and whose running revision would miss in its roles what it is used to. */
export function narrowedRoles({
  deployed,
  next,
  physicalIds,
}: Change): readonly Extract<Finding, { is: 'grants_removed' }>[] {
  return stayingServices(deployed, next).flatMap(service => {
    const family = tagOf(service, tagKeys.template)
    const template = resourcesOf(deployed, types.taskDefinition).find(
      ([, { properties }]) => family !== undefined && isSame(properties['Family'], family),
    )
    return roles.flatMap(([role, property]) => {
      const id = attributeOf(template?.[1].properties[property])
      const lost = id === undefined ? [] : lostGrants({ role: id, deployed, next, physicalIds })
      if (lost.length === 0) return []
      return [{ is: 'grants_removed' as const, process: processOf(service), role, lost }]
    })
  })
}

const roles = [
  ['execution', 'ExecutionRoleArn'],
  ['task', 'TaskRoleArn'],
] as const
