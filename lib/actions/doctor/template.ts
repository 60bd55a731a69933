import { isObject } from '../../names/is-object.ts'
import { Refusal } from '../../names/refusal.ts'

/** A CloudFormation template as far as the doctor reads one. */
export type Template = {
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>
}

export type Resource = { readonly type: string; readonly properties: Properties }

export type Properties = { readonly [name: string]: unknown }

/** The resources that the doctor knows. */
export const types = {
  managedPolicy: 'AWS::IAM::ManagedPolicy',
  policy: 'AWS::IAM::Policy',
  rule: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  service: 'AWS::ECS::Service',
  taskDefinition: 'AWS::ECS::TaskDefinition',
} as const

/** Reads the JSON that the CDK synthesizes; `source` names it in a message. */
export function readTemplate(text: string, source: string): Template {
  const found = parsed(text)
  const resources = isObject(found) ? found['Resources'] : undefined
  if (!isObject(resources)) {
    throw new Refusal({
      code: 'bad_template',
      exit: 'usage',
      message: `${source} is no CloudFormation template in JSON, as the CDK writes it.`,
      advice: 'npx cdk synth -q, and then template=cdk.out/<stack>.template.json',
    })
  }
  return {
    resources: new Map(
      Object.entries(resources).flatMap(([id, resource]) => {
        if (!isObject(resource) || typeof resource['Type'] !== 'string') return []
        const properties = resource['Properties']
        return [[id, { type: resource['Type'], properties: isObject(properties) ? properties : {} }]]
      }),
    ),
  }
}

/** The members of an object; none for anything else. */
export function membersOf(value: unknown): Properties {
  return isObject(value) ? value : {}
}

/** The items of a list; none for anything else. */
export function itemsOf(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? value.map(membersOf) : []
}

/** The resources of one type, with their logical ids. */
export function resourcesOf(
  { resources }: Template,
  type: string,
): readonly (readonly [id: string, resource: Resource])[] {
  return [...resources].filter(([, resource]) => resource.type === type)
}

/** What CloudFormation lets be one value or a list of them; none where there is nothing. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** The logical id that a `{ "Ref": … }` names. */
export function referenceOf(value: unknown): string | undefined {
  const named = membersOf(value)['Ref']
  return typeof named === 'string' ? named : undefined
}

/** The logical id whose attribute a `{ "Fn::GetAtt": … }` names. */
export function attributeOf(value: unknown): string | undefined {
  const [named] = listOf(membersOf(value)['Fn::GetAtt'])
  return typeof named === 'string' ? named.split('.')[0] : undefined
}

/** A property as text: as it is, or as JSON where CloudFormation computes it. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

/** Whether two properties say the same, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]))
  if (!isObject(one) || !isObject(other)) return one === other
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every(name => name in other && isSame(one[name], other[name]))
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
