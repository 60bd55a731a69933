import * as z from 'zod'
import { mayBeEmpty, takesNothing } from './nothing.ts'
import { schema } from './schema.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/** The schema of tapit.yml for editors. Draft 7 is what the YAML servers of editors know best. */
export function jsonSchema(): JsonSchema {
  const whole = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
  return { ...widened(whole, []), title: 'tapit.yml' }
}

/** What the loader mends before the schema sees it: variables and build arguments are texts however they are written, and nothing may stand for "no settings". */
function widened(part: JsonSchema, path: readonly string[]): JsonSchema {
  const { properties, additionalProperties, items } = part
  return {
    ...part,
    ...((takesNothing(path) || mayBeEmpty(path)) && { type: orNull(part.type ?? 'object') }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [
          name,
          isPart(member) ? widened(member, [...path, name]) : member,
        ]),
      ),
    }),
    ...(isPart(additionalProperties) && {
      additionalProperties:
        path.at(-1) === 'env' || path.at(-1) === 'args'
          ? { ...additionalProperties, type: ['string', 'number', 'boolean'] }
          : widened(additionalProperties, [...path, '*']),
    }),
    ...(isPart(items) && { items: widened(items, [...path, '[]']) }),
  }
}

function orNull(type: NonNullable<JsonSchema['type']>): JsonSchema['type'] {
  return [...(Array.isArray(type) ? type : [type]), 'null']
}

function isPart(part: JsonSchema['items'] | JsonSchema['not']): part is JsonSchema {
  return typeof part === 'object' && !Array.isArray(part)
}
