import * as z from 'zod'
import type { Mistake, Path } from './mistakes/mistake.ts'
import { pathInBuild } from './path-in-build.ts'
import { pathInProcess } from './path-in-process.ts'
import type { Plain } from './plain-values.ts'
import { schema, type TapitFile } from './schema.ts'
import { allowedNames } from './wording/allowed-names.ts'
import { quote } from './wording/quote.ts'
import { whatIsAllowed } from './wording/what-is-allowed.ts'

export type Formed =
  | { readonly settings: TapitFile }
  | { readonly settings?: undefined; readonly mistakes: readonly Mistake[] }

/** The message of an issue for which the schema has no sentence of its own. */
const unsaid = ''

/** The settings, or each place where the form of the file is not that of the schema. */
export function formed(value: Plain, textAt: (path: Path) => string | undefined): Formed {
  const parsed = schema.safeParse(value, { error: () => unsaid })
  return parsed.success
    ? { settings: parsed.data }
    : { mistakes: parsed.error.issues.flatMap(issue => mistakesOf(issue, { file: value, textAt })) }
}

type File = { readonly file: Plain; readonly textAt: (path: Path) => string | undefined }

function mistakesOf(issue: z.core.$ZodIssue, { file, textAt }: File): readonly Mistake[] {
  const path = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
  const { part, value } = partAt(schema, file, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({
        path: [...path, key],
        on: 'key',
        message: `unknown key. ${misplaced(key, path)}${allowedNames(key, keysOf(chosen(part, value)))}`,
      }))
    case 'invalid_key': {
      const [why] = issue.issues
      return [{ path, on: 'key', message: `is not allowed as a name: ${why?.message ?? ''}.` }]
    }
    default:
      return [{ path, message: sentence(issue, { part, value, path, text: textAt(path) }) }]
  }
}

/** Too much indentation makes of a section a key of what stands before it. */
function misplaced(key: string, path: Path): string {
  const isSection = path.length > 0 && Object.hasOwn(schema.shape, key)
  return isSection ? 'It belongs to the top of the file, without indentation. ' : ''
}

type Place = {
  readonly part: z.core.$ZodType | undefined
  readonly value: Plain | undefined
  readonly path: Path
  readonly text: string | undefined
}

function sentence({ message }: z.core.$ZodIssue, { part, value, path, text }: Place): string {
  const takes = part && whatIsAllowed(part)
  if (value === undefined) return takes === undefined ? 'is missing.' : `is missing. Allowed: ${takes}.`
  if (value === null) return `has no value. Allowed: ${takes ?? 'something'}.`
  const came = `${whatCame(value, { path, text })} is not allowed`
  if (message !== unsaid && typeof value === 'string') return `${came}: ${message}.`
  const names = part && namesOf(part)
  const advice = quotesAdvice(value, part)
  if (names !== undefined && typeof value === 'string')
    return `${came}. ${allowedNames(value, names)}${advice}`
  return `${came}${message === unsaid ? `. Allowed: ${takes ?? 'something else'}` : `: ${message}`}.${advice}`
}

/** Never what may be a secret. */
function whatCame(value: NonNullable<Plain>, { path, text }: Pick<Place, 'path' | 'text'>): string {
  if (isList(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'nothing' : 'a group of keys'
  const [group] = pathInProcess(path) ?? []
  const [groupOfBuild] = pathInBuild(path) ?? []
  const groups = [group, groupOfBuild]
  if (['env', 'secrets', 'args'].some(each => groups.includes(each))) return 'this value'
  return typeof value === 'string' ? quote(value) : (text ?? String(value)).slice(0, 60)
}

function quotesAdvice(value: Plain, part: z.core.$ZodType | undefined): string {
  const inner = unwrapped(part)
  if (typeof value === 'number' || typeof value === 'boolean')
    return inner instanceof z.ZodString ? ' Write it in quotes.' : ''
  const takesNumbers =
    inner instanceof z.ZodNumber ||
    (inner instanceof z.ZodLiteral && [...inner.values].every(value => typeof value === 'number'))
  const isNumber = typeof value === 'string' && /^\d+$/.test(value)
  const isSwitch = value === 'true' || value === 'false'
  return (takesNumbers && isNumber) || (inner instanceof z.ZodBoolean && isSwitch)
    ? ' Write it without quotes.'
    : ''
}

function namesOf(part: z.core.$ZodType): readonly string[] | undefined {
  const inner = unwrapped(part)
  if (inner instanceof z.ZodEnum) return inner.options.map(String)
  return inner instanceof z.ZodLiteral ? [...inner.values].map(String) : undefined
}

function keysOf(part: z.core.$ZodType | undefined): readonly string[] {
  const inner = unwrapped(part)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

function unwrapped(part: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  return part instanceof z.ZodOptional ? unwrapped(part.unwrap()) : part
}

type Part = { readonly part: z.core.$ZodType | undefined; readonly value: Plain | undefined }

/** The part of the schema at a path, and what the file has there. */
function partAt(whole: z.core.$ZodType, file: Plain, path: Path): Part {
  return path.reduce<Part>(
    ({ part, value }, step) => ({ part: stepInto(chosen(part, value), step), value: valueAt(value, step) }),
    { part: whole, value: file },
  )
}

function stepInto(part: z.core.$ZodType | undefined, step: string | number): z.core.$ZodType | undefined {
  const inner = unwrapped(part)
  if (inner instanceof z.ZodArray) return inner.element
  if (inner instanceof z.ZodRecord) return inner.valueType
  if (inner instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = inner.shape
    return Object.hasOwn(shape, step) ? shape[step] : undefined
  }
  // The key that tells which of them it is takes what any of them has there.
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return undefined
  const values = inner.options.flatMap(option => {
    const member = stepInto(option, step)
    return member instanceof z.ZodLiteral ? [...member.values] : []
  })
  return values.length > 0 ? z.literal(values) : undefined
}

/** Of several kinds, the one that the file says it is. */
function chosen(part: z.core.$ZodType | undefined, value: Plain | undefined): z.core.$ZodType | undefined {
  const inner = unwrapped(part)
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return inner
  const { discriminator } = inner.def
  const said = valueAt(value, discriminator)
  return (
    inner.options.find(option => {
      const kind = stepInto(option, discriminator)
      return kind instanceof z.ZodLiteral && [...kind.values].some(value => value === said)
    }) ?? inner
  )
}

function valueAt(value: Plain | undefined, step: string | number): Plain | undefined {
  if (isList(value)) return value[Number(step)]
  if (typeof value !== 'object' || value === null) return undefined
  return Object.hasOwn(value, step) ? value[step] : undefined
}

function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value)
}
