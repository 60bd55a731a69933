import type { NormalizedSchema } from '@smithy/core/schema'
import { isRecord } from '../is-record.ts'
import { AwsError } from './aws-error.ts'

/**
 * A request's input as its handler gets it: of the right types, with all required members and no unknown ones.
 * `invalid` is the service's error for the latter two; a wrong type is a SerializationException everywhere.
 */
export function checked(schema: NormalizedSchema, value: unknown, { invalid }: { invalid: string }): unknown {
  const problems: string[] = []
  const input = schema.isUnitSchema() ? {} : read(schema, value ?? {}, { path: '', problems })
  if (problems.length === 0) return input
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`
  throw new AwsError(invalid, `${count} detected: ${problems.join('; ')}`)
}

type Place = {
  /** As AWS's messages write it: `overrides.containerOverrides.1.member.name`. */
  readonly path: string
  readonly problems: string[]
}

function read(schema: NormalizedSchema, value: unknown, place: Place): unknown {
  if (value === null || value === undefined) return undefined
  // A document has no schema to hold it against, and answers to every question below: first.
  if (schema.isDocumentSchema()) return value
  if (schema.isListSchema()) return list(schema, value, place)
  if (schema.isMapSchema()) return map(schema, value, place)
  if (schema.isStructSchema()) return structure(schema, value, place)
  if (schema.isTimestampSchema()) return timestamp(value)
  if (schema.isBlobSchema()) return blob(value)
  if (schema.isBooleanSchema()) return typeof value === 'boolean' ? value : mistyped(value, 'a Boolean')
  if (schema.isNumericSchema()) return typeof value === 'number' ? value : mistyped(value, 'a Number')
  return typeof value === 'string' ? value : mistyped(value, 'a String')
}

function structure(schema: NormalizedSchema, value: unknown, { path, problems }: Place): unknown {
  if (!isRecord(value)) return mistyped(value, 'a structure')
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const members = new Map(schema.structIterator())
  for (const name of Object.keys(value)) {
    if (!members.has(name)) problems.push(`The sandbox knows no member '${printable(at(name))}'`)
  }
  for (const name of requiredMembers(schema)) {
    if (value[name] === undefined || value[name] === null) {
      problems.push(`Value null at '${at(name)}' failed to satisfy constraint: Member must not be null`)
    }
  }
  return Object.fromEntries(
    [...members].flatMap(([name, member]) => {
      const it = Object.hasOwn(value, name)
        ? read(member, value[name], { path: at(name), problems })
        : undefined
      return it === undefined ? [] : [[name, it]]
    }),
  )
}

/** A static structure lists its required members first, and says how many they are. */
function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const structure = schema.getSchema()
  if (!Array.isArray(structure) || structure[0] !== structureKind) return []
  return structure[4].slice(0, structure[6] ?? 0)
}

const structureKind = 3

function list(schema: NormalizedSchema, value: unknown, { path, problems }: Place): unknown {
  if (!Array.isArray(value)) return mistyped(value, 'a list')
  const item = schema.getValueSchema()
  return value.map((it, index) => {
    if (it === null) throw new AwsError('SerializationException', 'A list must not hold null')
    return read(item, it, { path: `${path}.${index + 1}.member`, problems })
  })
}

function map(schema: NormalizedSchema, value: unknown, { path, problems }: Place): unknown {
  if (!isRecord(value)) return mistyped(value, 'a map')
  const item = schema.getValueSchema()
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, it]) => {
      const result = read(item, it, { path: `${path}.${key}.member`, problems })
      return result === undefined ? [] : [[key, result]]
    }),
  )
}

/** JSON has seconds, Query has ISO 8601, CBOR has tagged seconds that its decoder made a Date. */
function timestamp(value: unknown): Date {
  const date = new Date(typeof value === 'number' ? value * 1000 : isDateLike(value) ? value : Number.NaN)
  return Number.isNaN(date.getTime()) ? mistyped(value, 'a Timestamp') : date
}

function isDateLike(value: unknown): value is string | Date {
  return typeof value === 'string' || value instanceof Date
}

function blob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  return typeof value === 'string' ? Buffer.from(value, 'base64') : mistyped(value, 'a Blob')
}

function mistyped(value: unknown, wanted: string): never {
  throw new AwsError('SerializationException', `${kindOf(value)} can not be converted to ${wanted}`)
}

/** As AWS's parser names what it found. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'LIST_VALUE'
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE'
  return typeof value === 'object' ? 'STRUCTURE_VALUE' : `${typeof value}_VALUE`.toUpperCase()
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 200)).slice(1, -1)
}
