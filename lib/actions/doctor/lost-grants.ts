import type { LostGrant } from './finding.ts'
import {
  attributeOf,
  isSame,
  itemsOf,
  listOf,
  membersOf,
  type Properties,
  referenceOf,
  resourcesOf,
  type Template,
  types,
} from './template.ts'

/** One action that a statement allows, on one resource; the resource as the template writes it. */
type Grant = { readonly action: string; readonly on: unknown; readonly condition: unknown }

/** What a managed policy of somebody else's allows stands in no template. */
const whole = ''

export type OfRole = {
  readonly role: string
  readonly deployed: Template
  readonly next: Template
  readonly physicalIds: ReadonlyMap<string, string>
}

/** What a role may do now and could not do afterwards; by resource. A role that goes loses being taken on, too. */
export function lostGrants({ role, deployed, next, physicalIds }: OfRole): readonly LostGrant[] {
  const after = grantsOf(role, next)
  const lost = grantsOf(role, deployed).filter(grant => !after.some(other => isCovered(grant, other)))
  const byResource = new Map<string, string[]>()
  for (const { action, on } of lost) {
    const resource = resourceText(on, physicalIds)
    const actions = byResource.get(resource) ?? []
    byResource.set(resource, action === whole || actions.includes(action) ? actions : [...actions, action])
  }
  return [...byResource].map(([resource, actions]) => ({ actions, resource }))
}

function grantsOf(id: string, template: Template): readonly Grant[] {
  const role = template.resources.get(id)?.properties ?? {}
  const managed = listOf(role['ManagedPolicyArns'])
  const names = new Set(managed.flatMap(arn => referenceOf(arn) ?? []))
  const attached = [types.policy, types.managedPolicy].flatMap(type =>
    resourcesOf(template, type).filter(
      ([policy, { properties }]) =>
        names.has(policy) || listOf(properties['Roles']).some(each => referenceOf(each) === id),
    ),
  )
  const foreign = managed.filter(arn => !template.resources.has(referenceOf(arn) ?? ''))
  const documents = [
    role['AssumeRolePolicyDocument'],
    ...itemsOf(role['Policies']).map(policy => policy['PolicyDocument']),
    ...attached.map(([, { properties }]) => properties['PolicyDocument']),
  ]
  return [
    ...documents.flatMap(grantsOfDocument),
    ...foreign.map(on => ({ action: whole, on, condition: undefined })),
  ]
}

function grantsOfDocument(document: unknown): readonly Grant[] {
  return itemsOf(listOf(membersOf(document)['Statement']))
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(statement =>
      actionsOf(statement).flatMap(action =>
        listOf(statement['Resource'] ?? statement['NotResource'] ?? statement['Principal']).map(on => ({
          action,
          on,
          condition: statement['Condition'],
        })),
      ),
    )
}

function actionsOf(statement: Properties): readonly string[] {
  const { Action, NotAction } = statement
  const named = listOf(Action).filter(action => typeof action === 'string')
  return Action === undefined && NotAction !== undefined ? [`all but ${JSON.stringify(NotAction)}`] : named
}

/** Without a condition the same is allowed, and more. */
function isCovered(grant: Grant, by: Grant): boolean {
  return (
    (by.condition === undefined || isSame(by.condition, grant.condition)) &&
    isWithin(grant.action.toLowerCase(), by.action.toLowerCase()) &&
    isWithin(grant.on, by.on)
  )
}

/** `s3:GetObject` is within `s3:Get*`, and everything is within `*`. */
function isWithin(one: unknown, other: unknown): boolean {
  if (other === '*' || isSame(one, other)) return true
  if (typeof one !== 'string' || typeof other !== 'string' || !/[*?]/.test(other)) return false
  const pattern = other.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/\*+/g, '.*')
  return new RegExp(`^${pattern.replaceAll('?', '.')}$`, 's').test(one)
}

/** Short, for people: `parameter/shop/database-url`. What is known only to CloudFormation is `…`. */
function resourceText(resource: unknown, physicalIds: ReadonlyMap<string, string>): string {
  const text = flat(resource, physicalIds)
  return /^arn:(?:[^:]*:){4}(.+)$/s.exec(text)?.[1] ?? text
}

function flat(value: unknown, physicalIds: ReadonlyMap<string, string>): string {
  if (typeof value === 'string') return value
  const { 'Fn::Join': join, 'Fn::Sub': sub, Service } = membersOf(value)
  const id = referenceOf(value) ?? attributeOf(value)
  if (id !== undefined) return id.startsWith('AWS::') ? '…' : (physicalIds.get(id) ?? id)
  if (Array.isArray(join)) {
    const [separator, parts] = listOf(join)
    return listOf(parts)
      .map(part => flat(part, physicalIds))
      .join(typeof separator === 'string' ? separator : '')
  }
  if (typeof sub === 'string') return sub.replaceAll(/\$\{AWS::\w+\}/g, '…')
  return typeof Service === 'string' ? Service : '…'
}
