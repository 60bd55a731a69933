import * as z from 'zod'

/** What a part of the schema takes, in words: `a whole number from 1 to 65535`. */
export function whatIsAllowed(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodOptional) return whatIsAllowed(schema.unwrap())
  if (schema instanceof z.ZodEnum) return schema.options.join(', ')
  if (schema instanceof z.ZodLiteral) return [...schema.values].join(', ')
  if (schema instanceof z.ZodBoolean) return 'true, false'
  if (schema instanceof z.ZodNumber) return numbers(schema)
  if (schema instanceof z.ZodEmail) return 'an e-mail address'
  if (schema instanceof z.ZodString) return schema.meta()?.title ?? 'a text'
  if (schema instanceof z.ZodISODateTime) return 'a moment such as 2026-12-20T00:00:00Z'
  if (schema instanceof z.ZodArray) return `a list, each of it ${whatIsAllowed(schema.element)}`
  if (schema instanceof z.ZodRecord) return 'names, each followed by ":" and what it stands for'
  if (schema instanceof z.ZodObject) return keys(Object.keys(schema.shape))
  if (schema instanceof z.ZodDiscriminatedUnion) return discriminated(schema)
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.map(whatIsAllowed))].join(', or ')
  return 'something else'
}

function numbers({ isInt, minValue, maxValue }: z.ZodNumber): string {
  const what = isInt ? 'a whole number' : 'a number'
  const [min, max] = [minValue, maxValue].map(bound =>
    bound === null || !Number.isFinite(bound) || Math.abs(bound) === Number.MAX_SAFE_INTEGER
      ? undefined
      : bound,
  )
  if (max === undefined) return min === undefined ? what : `${what} from ${min}`
  return `${what} from ${min ?? 0} to ${max}`
}

function discriminated(schema: z.ZodDiscriminatedUnion): string {
  const names = schema.options.flatMap(option =>
    option instanceof z.ZodObject ? Object.keys(option.shape) : [],
  )
  return keys([...new Set(names)])
}

function keys(names: readonly string[]): string {
  return `${names.length === 1 ? 'the key' : 'the keys'} ${names.join(', ')}`
}
