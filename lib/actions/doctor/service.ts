import { tagKeys } from '../../names/aws.ts'
import {
  isSame,
  itemsOf,
  membersOf,
  type Properties,
  referenceOf,
  type Resource,
  resourcesOf,
  type Template,
  textOf,
  types,
} from './template.ts'

/** The process that a service of a template is. */
export function processOf(service: Resource): string {
  return textOf(tagOf(service, tagKeys.process) ?? service.properties['ServiceName'])
}

export function tagOf({ properties }: Resource, key: string): unknown {
  return itemsOf(properties['Tags']).find(({ Key }) => Key === key)?.['Value']
}

/** Whether two resources are one service to ECS, which knows it by its name in its cluster. */
export function isSameService(one: Resource, other: Resource): boolean {
  return ['ServiceName', 'Cluster'].every(name => isSame(one.properties[name], other.properties[name]))
}

/** The services of the deployed stack that the next template still has, as they are deployed. */
export function stayingServices(deployed: Template, next: Template): readonly Resource[] {
  return resourcesOf(deployed, types.service).flatMap(([id, service]) =>
    next.resources.has(id) ? [service] : [],
  )
}

/** A service's target groups as they are deployed and as they would be, where they stay. */
export function stayingTargetGroups(
  service: Resource,
  { deployed, next }: { readonly deployed: Template; readonly next: Template },
): readonly { readonly before: Properties; readonly after: Properties }[] {
  return targetGroupsOf(service).flatMap(id => {
    const [before, after] = [deployed.resources.get(id), next.resources.get(id)]
    return before && after ? [{ before: before.properties, after: after.properties }] : []
  })
}

/** Logical ids of the target groups that a service's tasks are registered at. */
function targetGroupsOf({ properties }: Resource): readonly string[] {
  return itemsOf(properties['LoadBalancers']).flatMap(balancer => {
    const { AlternateTargetGroupArn } = membersOf(balancer['AdvancedConfiguration'])
    return [balancer['TargetGroupArn'], AlternateTargetGroupArn].flatMap(arn => referenceOf(arn) ?? [])
  })
}
