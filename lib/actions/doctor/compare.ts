import type { Finding, Share } from './finding.ts'
import type { LiveRule } from '../ports.ts'
import { isSameService, processOf } from './service.ts'
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

export type Change = {
  readonly stack: string
  readonly deployed: Template
  readonly next: Template
  /** What a change set says besides; left out where there is none. */
  readonly touched?: ReadonlySet<string>
  readonly physicalIds: ReadonlyMap<string, string>
}

/** A rule of the deployed stack that CloudFormation would write, delete or replace. */
export type WrittenRule = {
  readonly id: string
  readonly arn: string
  readonly process?: string
  readonly listens: 'production' | 'test'
  readonly paths: readonly string[]
  /** By ARN of the target group: what the rule would send where afterwards. */
  readonly template: readonly Weight[]
}

type Weight = { readonly targetGroup: string; readonly weight: number }

/** The rules that a change would write. A rule that stays as it is keeps the weights that ECS gave it. */
export function writtenRules({ deployed, next, touched, physicalIds }: Change): readonly WrittenRule[] {
  return resourcesOf(deployed, types.rule).flatMap(([id, rule]) => {
    const after = next.resources.get(id)
    if (after !== undefined && isSame(rule.properties, after.properties) && touched?.has(id) !== true)
      return []
    const arn = physicalIds.get(id)
    const weights = weightsOf((after ?? rule).properties, physicalIds)
    // Without its target groups a rule goes with its process, which is said of that.
    const isLeft = after !== undefined || forwardedTo(rule.properties).some(each => next.resources.has(each))
    if (arn === undefined || !isLeft) return []
    const owner = ownerOf(id, deployed)
    return [
      {
        id,
        arn,
        listens: owner?.listens ?? 'production',
        paths: pathsOf(rule.properties),
        template: weights,
        ...(owner && { process: owner.process }),
      },
    ]
  })
}

/** Of the rules that would be written, those that ECS has moved. */
export function movedRules(
  written: readonly WrittenRule[],
  live: readonly LiveRule[],
): readonly Extract<Finding, { is: 'weights_moved' }>[] {
  return written.flatMap(rule => {
    const now = live.find(({ arn }) => arn === rule.arn)
    if (now === undefined) return []
    const [before, after] = [sharesOf(now.weights), sharesOf(rule.template)]
    if (isSame(before, after)) return []
    const { id, listens, paths, process } = rule
    return [
      {
        is: 'weights_moved',
        rule: id,
        listens,
        paths,
        live: before,
        template: after,
        ...(process !== undefined && { process }),
      },
    ]
  })
}

/** Placeholders that would be registered again, and so be newer than what runs. */
export function replacedBootstraps({ deployed, next }: Change): readonly Finding[] {
  return bootstrapsOf(deployed).flatMap(([id, { properties }]) => {
    const family = textOf(properties['Family'])
    const after =
      next.resources.get(id) ?? bootstrapsOf(next).find(other => isOfFamily(other[1], family))?.[1]
    if (after === undefined) return []
    if (next.resources.has(id) && isSame(untagged(properties), untagged(after.properties))) return []
    const [container] = itemsOf(properties['ContainerDefinitions'])
    return [{ is: 'bootstrap_replaced', family, process: textOf(container?.['Name']) }]
  })
}

/** Processes whose service goes, or is made anew. */
export function lostProcesses({ deployed, next }: Change): readonly Finding[] {
  return resourcesOf(deployed, types.service).flatMap(([id, service]): readonly Finding[] => {
    const process = processOf(service)
    const after = next.resources.get(id)
    if (after !== undefined) return isSameService(service, after) ? [] : [{ is: 'process_replaced', process }]
    const elsewhere = resourcesOf(next, types.service).filter(([, other]) => processOf(other) === process)
    if (elsewhere.length === 0) return [{ is: 'process_removed', process }]
    const isNameTaken = elsewhere.some(([, other]) => isSameService(service, other))
    return [{ is: 'process_replaced', process, ...(isNameTaken && { isNameTaken }) }]
  })
}

/** Weights as parts of the whole, so that 1:0 and 100:0 are the same; where nothing goes is left out. */
function sharesOf(weights: readonly Weight[]): readonly Share[] {
  const whole = weights.reduce((sum, { weight }) => sum + weight, 0)
  return weights
    .filter(({ weight }) => weight > 0)
    .map(({ targetGroup, weight }) => ({
      targetGroup: nameOf(targetGroup),
      percent: Math.round((weight / whole) * 1000) / 10,
    }))
    .toSorted((one, other) => (one.targetGroup < other.targetGroup ? -1 : 1))
}

function weightsOf(rule: Properties, physicalIds: Change['physicalIds']): readonly Weight[] {
  const arnOf = (value: unknown): string =>
    physicalIds.get(referenceOf(value) ?? '') ?? referenceOf(value) ?? textOf(value)
  return itemsOf(rule['Actions']).flatMap(action => {
    const groups = itemsOf(membersOf(action['ForwardConfig'])['TargetGroups'])
    if (groups.length > 0)
      return groups.map(group => ({
        targetGroup: arnOf(group['TargetGroupArn']),
        weight: Number(group['Weight'] ?? 1),
      }))
    return action['TargetGroupArn'] === undefined
      ? []
      : [{ targetGroup: arnOf(action['TargetGroupArn']), weight: 1 }]
  })
}

/** `…:targetgroup/shop-default-blue/0123` is `shop-default-blue` to people. */
function nameOf(arn: string): string {
  return /:targetgroup\/([^/]+)\//.exec(arn)?.[1] ?? arn
}

function forwardedTo(rule: Properties): readonly string[] {
  return weightsOf(rule, new Map()).map(({ targetGroup }) => targetGroup)
}

function pathsOf(rule: Properties): readonly string[] {
  return itemsOf(rule['Conditions']).flatMap(condition => {
    const values = membersOf(condition['PathPatternConfig'])['Values'] ?? condition['Values']
    return condition['Field'] === 'path-pattern' && Array.isArray(values) ? values.map(textOf) : []
  })
}

type Owner = { readonly process: string; readonly listens: 'production' | 'test' }

/** The service whose traffic a rule shifts. */
function ownerOf(rule: string, { resources }: Template): Owner | undefined {
  for (const service of [...resources.values()].filter(({ type }) => type === types.service)) {
    for (const balancer of itemsOf(service.properties['LoadBalancers'])) {
      const advanced = membersOf(balancer['AdvancedConfiguration'])
      const process = processOf(service)
      if (referenceOf(advanced['ProductionListenerRule']) === rule) return { process, listens: 'production' }
      if (referenceOf(advanced['TestListenerRule']) === rule) return { process, listens: 'test' }
    }
  }
  return undefined
}

/** The tags of a registered revision change without another one. */
function untagged(properties: Properties): Properties {
  return { ...properties, Tags: undefined }
}

function bootstrapsOf(template: Template): readonly (readonly [string, Resource])[] {
  return resourcesOf(template, types.taskDefinition).filter(([id]) => id.includes('Bootstrap'))
}

function isOfFamily({ properties }: Resource, family: string): boolean {
  return textOf(properties['Family']) === family
}
