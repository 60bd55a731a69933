import { handlersOf, type Handler, type Physical } from './cloudformation-resources.ts'

/** CloudFormation as far as these tests need it; what it does and does not is in cloudformation.md. */
export type CloudFormation = {
  /** Brings a stack to a template. `fails`: something of the update fails after all else was done, and the stack goes back. */
  deploy(stack: string, template: Template, options?: { readonly fails?: boolean }): Promise<Deployed>
  /** A change set: what was wanted when it was made, to be executed whenever. */
  changeSet(stack: string, template: Template): { execute(): Promise<Deployed> }
  /** Types of resources that were passed over, of all stacks so far. */
  skipped(): readonly string[]
  /** The name or ARN of a resource, by a part of its logical id. */
  physicalId(stack: string, part: string): string
}

export type Deployed = {
  readonly status: 'COMPLETE' | 'ROLLBACK_COMPLETE'
  /** Why it was rolled back. */
  readonly reason?: string
  /** Logical ids of what was made or changed. */
  readonly changed: readonly string[]
}

export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>
}

type Resource = {
  readonly Type: string
  readonly Properties?: unknown
  readonly DependsOn?: string | readonly string[]
}

type Properties = Record<string, unknown>

/** A resource of a stack as it is now. */
type Present = { readonly type: string; readonly properties: Properties; readonly physical: Physical }

type Stack = { template: Template; resources: Map<string, Present> }

export function cloudFormation(access: {
  readonly url: string
  readonly region: string
  readonly account: string
}): CloudFormation {
  const { handlers, isSkipped } = handlersOf(access)
  const stacks = new Map<string, Stack>()
  const skipped = new Set<string>()

  async function deploy(
    name: string,
    template: Template,
    { fails = false }: { readonly fails?: boolean } = {},
  ): Promise<Deployed> {
    const stack = stacks.get(name) ?? { template: { Resources: {} }, resources: new Map() }
    stacks.set(name, stack)
    const before = new Map(stack.resources)
    const changed: string[] = []
    try {
      await bring(name, stack, template, changed)
      if (fails) throw new Error('something else of the stack failed')
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      await goBack(stack, before)
      return { status: 'ROLLBACK_COMPLETE', reason, changed }
    }
    await cleanUp(stack, before, template)
    stack.template = template
    return { status: 'COMPLETE', changed }
  }

  /** Each resource in the order of their dependencies; only what has changed is touched, and that with all that is wanted of it. */
  async function bring(name: string, stack: Stack, template: Template, changed: string[]): Promise<void> {
    for (const id of inOrder(template)) {
      const { Type: type = '', Properties: wanted = {} } = template.Resources[id] ?? {}
      const properties = resolved(wanted, { ...access, stack: name, template, resources: stack.resources })
      if (typeof properties !== 'object' || properties === null) throw new Error(`${id} has no properties`)
      const present = stack.resources.get(id)
      if (present !== undefined && JSON.stringify(present.properties) === JSON.stringify(properties)) continue
      const handler = handlerOf(type, id)
      const own = { ...properties }
      const physical =
        present === undefined
          ? await handler.create(own)
          : await handler.update({ properties: own, before: present.properties, physical: present.physical })
      stack.resources.set(id, { type, properties: own, physical })
      changed.push(id)
    }
  }

  /** An update that failed: what changed gets its old properties again, by the same calls, and what was made for it goes. */
  async function goBack(stack: Stack, before: ReadonlyMap<string, Present>): Promise<void> {
    const made: [string, Present][] = []
    for (const id of inOrder(stack.template)) {
      const was = before.get(id)
      const is = stack.resources.get(id)
      if (was === undefined || is === undefined || was === is) continue
      const isReplaced = was.physical.id !== is.physical.id
      if (isReplaced) made.push([id, is])
      else {
        const { properties, physical } = is
        await handlerOf(was.type, id).update({ properties: was.properties, before: properties, physical })
      }
      stack.resources.set(id, was)
    }
    for (const [id, present] of stack.resources) if (!before.has(id)) made.push([id, present])
    for (const [id, { type, physical }] of made.toReversed()) {
      await handlerOf(type, id).remove?.(physical)
      if (!before.has(id)) stack.resources.delete(id)
    }
  }

  /** What was replaced goes once all else has succeeded. */
  async function cleanUp(
    stack: Stack,
    before: ReadonlyMap<string, Present>,
    template: Template,
  ): Promise<void> {
    for (const [id, { type, physical }] of [...before].toReversed()) {
      const isGone = template.Resources[id] === undefined
      const isReplaced = stack.resources.get(id)?.physical.id !== physical.id
      if (isGone || isReplaced) await handlerOf(type, id).remove?.(physical)
      if (isGone) stack.resources.delete(id)
    }
  }

  function handlerOf(type: string, logicalId: string): Handler {
    if (isSkipped(type)) skipped.add(type)
    return handlers(type, logicalId)
  }

  return {
    deploy,
    changeSet: (stack, template) => ({ execute: () => deploy(stack, template) }),
    skipped: () => [...skipped].toSorted(),
    physicalId(stack, part) {
      const found = [...(stacks.get(stack)?.resources ?? [])].filter(([id]) => id.includes(part))
      const [only, second] = found
      if (only === undefined || second !== undefined)
        throw new Error(`expected one resource with "${part}", got ${found.map(([id]) => id).join(', ')}`)
      return only[1].physical.id
    },
  }
}

/** Logical ids such that each comes after what it depends on. */
function inOrder({ Resources }: Template): readonly string[] {
  const placed: string[] = []
  const visited = new Set<string>()
  const place = (id: string): void => {
    const resource = Resources[id]
    if (resource === undefined || visited.has(id)) return
    visited.add(id)
    const needed = [...[resource.DependsOn ?? []].flat(), ...referencesIn(resource.Properties)]
    needed.forEach(place)
    placed.push(id)
  }
  Object.keys(Resources).forEach(place)
  return placed
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    if (key === 'Ref' && typeof member === 'string') return [member]
    if (key === 'Fn::GetAtt') return [String(Array.isArray(member) ? member[0] : member).split('.')[0] ?? '']
    if (key === 'Fn::Sub') {
      const text = String(Array.isArray(member) ? member[0] : member)
      const names = [...text.matchAll(/\$\{([^}]+)\}/g)].flatMap(([, name = '']) => name.split('.')[0] ?? '')
      return [...names, ...referencesIn(Array.isArray(member) ? member[1] : undefined)]
    }
    return referencesIn(member)
  })
}

type Scope = {
  readonly region: string
  readonly account: string
  readonly stack: string
  readonly template: Template
  readonly resources: ReadonlyMap<string, Present>
}

const noValue = Symbol('AWS::NoValue')

/** A value with all its intrinsic functions carried out. */
function resolved(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map(each => resolved(each, scope)).filter(each => each !== noValue)
  if (typeof value !== 'object' || value === null) return value
  const [[name, argument] = [''], ...others] = Object.entries(value)
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return called(name, argument, scope)
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]): [string, unknown] => [key, resolved(member, scope)])
      .filter(([, member]) => member !== noValue),
  )
}

function called(name: string, argument: unknown, scope: Scope): unknown {
  const given = name === 'Fn::Sub' ? argument : resolved(argument, scope)
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  switch (name) {
    case 'Ref':
      return referred(String(given), scope)
    case 'Fn::GetAtt': {
      const [id = '', ...attribute] = list.length > 1 ? list.map(String) : String(given).split('.')
      return attributeOf(id, attribute.join('.'), scope)
    }
    case 'Fn::Join':
      return (list[1] as readonly unknown[]).map(String).join(String(list[0]))
    case 'Fn::Split':
      return String(list[1]).split(String(list[0]))
    case 'Fn::Select':
      return (list[1] as readonly unknown[])[Number(list[0])]
    case 'Fn::GetAZs':
      return ['a', 'b', 'c'].map(zone => `${scope.region}${zone}`)
    case 'Fn::Sub': {
      const own = resolved(list[1] ?? {}, scope) as Readonly<Record<string, unknown>>
      return String(list[0]).replaceAll(/\$\{([^}]+)\}/g, (_, what: string) => {
        if (what in own) return String(own[what])
        const [id = '', ...attribute] = what.split('.')
        return String(
          attribute.length === 0 ? referred(id, scope) : attributeOf(id, attribute.join('.'), scope),
        )
      })
    }
    default:
      throw new Error(`this CloudFormation does not know ${name}`)
  }
}

function referred(id: string, { region, account, stack, template, resources }: Scope): unknown {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::Region': region,
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stack}/1`,
    'AWS::NoValue': noValue,
  }
  if (id in pseudo) return pseudo[id]
  const parameter = template.Parameters?.[id]
  if (parameter !== undefined) return parameter.Default
  const resource = resources.get(id)
  if (resource === undefined) throw new Error(`the template refers to ${id}, which is not there`)
  return resource.physical.id
}

function attributeOf(id: string, attribute: string, { resources }: Scope): string {
  const resource = resources.get(id)
  const value = resource?.physical.attributes[attribute] ?? resource?.physical.attributes['*']
  if (value === undefined) throw new Error(`the template asks for ${id}.${attribute}, which is not there`)
  return value
}
