import * as z from 'zod'
import { schema } from '../../../lib/config/schema.ts'
import { whatIsAllowed } from '../../../lib/config/wording/what-is-allowed.ts'

/** The rows of docs/tapit-yml.md, by the section that they stand in: `processes.*.scale`. */
export function referenceRows(): ReadonlyMap<string, readonly string[]> {
  return new Map(sectionsOf(schema, ''))
}

type Section = readonly [string, readonly string[]]

function sectionsOf(part: z.core.$ZodType, path: string): readonly Section[] {
  const objects = objectsIn(part)
  if (objects.length === 0) return []
  const all = objects.flatMap(({ shape }) => Object.entries(shape))
  const members = [...new Map(all)]
  const kindsOf = (name: string): readonly z.core.$ZodType[] =>
    all.filter(([other]) => other === name).map(([, kind]) => kind)
  const below = members.flatMap(([name, member]) =>
    // What an environment says of a process has the keys of a process.
    path === 'environments.*' && name !== 'branch'
      ? []
      : sectionsOf(member, `${path}${path && '.'}${name}${star(member)}`),
  )
  return [[path, members.map(([name]) => row(name, kindsOf(name)))], ...below]
}

function row(name: string, kinds: readonly z.core.$ZodType[]): string {
  const isOptional = kinds.some(kind => kind instanceof z.ZodOptional)
  const allowed = [...new Set(kinds.map(takes))].join(', ')
  const description = [...new Set(kinds.map(descriptionOf))].join(' ')
  return `| \`${name}\`${isOptional ? '' : ' (required)'} | ${allowed} | ${description.replaceAll('<', '&lt;')} |`
}

function descriptionOf(member: z.core.$ZodType): string {
  const inner = unwrapped(member)
  const own = member instanceof z.ZodType ? member.description : undefined
  return own ?? (inner instanceof z.ZodType ? inner.description : undefined) ?? ''
}

function takes(member: z.core.$ZodType): string {
  const inner = unwrapped(member)
  if (inner instanceof z.ZodRecord && inner.valueType instanceof z.ZodArray) return 'by name: a list of texts'
  if (inner instanceof z.ZodRecord && objectsIn(inner).length > 0) return 'by name: keys below'
  if (inner instanceof z.ZodArray && objectsIn(inner).length > 0) return 'a list: keys below'
  return objectsIn(inner).length > 0
    ? 'keys below'
    : whatIsAllowed(inner).replace(/^names, .*/, 'by name: a text')
}

function star(member: z.core.$ZodType): string {
  const inner = unwrapped(member)
  if (inner instanceof z.ZodRecord) return '.*'
  return inner instanceof z.ZodArray ? '[]' : ''
}

function objectsIn(part: z.core.$ZodType): readonly z.ZodObject[] {
  const inner = unwrapped(part)
  if (inner instanceof z.ZodObject) return [inner]
  if (inner instanceof z.ZodRecord) return objectsIn(inner.valueType)
  if (inner instanceof z.ZodArray) return objectsIn(inner.element)
  return inner instanceof z.ZodUnion ? inner.options.flatMap(objectsIn) : []
}

function unwrapped(part: z.core.$ZodType): z.core.$ZodType {
  return part instanceof z.ZodOptional ? unwrapped(part.unwrap()) : part
}
