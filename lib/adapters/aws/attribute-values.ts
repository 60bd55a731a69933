import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** A value as DynamoDB holds it: native maps, lists, strings, numbers and booleans. Members that are undefined are left out. */
function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'boolean') return { BOOL: value }
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) }
  if (Array.isArray(value)) return { L: value.map(toAttribute) }
  if (typeof value === 'object' && value !== null) return { M: toAttributes(value) }
  throw new Error(`a record cannot hold ${String(value)}`)
}

export function toAttributes(value: object): Record<string, AttributeValue> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, toAttribute(member)]))
}

/** What `toAttribute` was given. A type that it never writes is an error, not a guess. */
export function fromAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S
  if (attribute.N !== undefined) return Number(attribute.N)
  if (attribute.BOOL !== undefined) return attribute.BOOL
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute)
  if (attribute.M !== undefined) {
    return Object.fromEntries(
      Object.entries(attribute.M).map(([key, member]) => [key, fromAttribute(member)]),
    )
  }
  throw new Error(
    `a record holds an attribute of a type that tapit never writes: ${Object.keys(attribute).join()}`,
  )
}
