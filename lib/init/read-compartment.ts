import { posix } from 'node:path'
import * as z from 'zod'
import type { Mistake } from '../config/mistakes/mistake.ts'
import { placed } from '../config/mistakes/placed-mistake.ts'
import { refuseMistakes } from '../config/mistakes/refuse-mistakes.ts'
import { type Plain, plainValues } from '../config/plain-values.ts'
import { allowedNames } from '../config/wording/allowed-names.ts'
import { readYaml } from '../config/yaml/read-yaml.ts'
import type { Folder } from '../names/folder.ts'
import { Refusal } from '../names/refusal.ts'
import {
  type Compartment,
  type CompartmentRoute,
  compartmentRoutesSchema,
  compartmentSchema,
} from './compartment-schema.ts'

export type CompartmentFiles = Compartment & {
  /** The folder of the files, from the folder of tapit.yml. */
  readonly folder: string
  readonly routes: readonly CompartmentRoute[]
}

/** Reads a compartment.yml and, if there is one, the compartment.routes.yml beside it. */
export async function readCompartment(folder: Folder, file: string): Promise<CompartmentFiles> {
  const routesFile = posix.join(posix.dirname(file), 'compartment.routes.yml')
  const text = await textOf(folder, file)
  if (text === undefined)
    throw new Refusal({
      code: 'no_compartment_file',
      exit: 'usage',
      message: `there is no file ${file}.`,
      advice: 'from= takes the path of a compartment.yml.',
    })
  const routesText = await textOf(folder, routesFile)
  const compartment = checked({ file, text, schema: compartmentSchema, check: checkServices })
  const { routes } =
    routesText === undefined
      ? { routes: [] }
      : checked({
          file: routesFile,
          text: routesText,
          schema: compartmentRoutesSchema,
          check: ({ routes }) => checkRoutes(routes, Object.keys(compartment.services)),
        })
  return { ...compartment, folder: posix.dirname(file), routes }
}

async function textOf(folder: Folder, file: string): Promise<string | undefined> {
  const found = await folder.read(file)
  if (found.kind === 'unreadable')
    throw new Refusal({
      code: 'unreadable_config',
      exit: 'usage',
      message: `${file} cannot be read: ${found.why}.`,
    })
  return found.kind === 'text' ? found.text : undefined
}

type Reading<T> = {
  readonly file: string
  readonly text: string
  readonly schema: z.ZodType<T>
  /** What spans several keys. */
  readonly check: (content: T) => readonly Mistake[]
}

function checked<T>({ file, text, schema, check }: Reading<T>): T {
  const { root, mistakes } = readYaml(text)
  if (root === undefined || mistakes.length > 0) return refuse(mistakes, { file, text })
  const content = longForm(plainValues(root))
  const parsed = schema.safeParse(content, { error: () => '' })
  const found = parsed.success
    ? check(parsed.data)
    : parsed.error.issues.flatMap(issue => mistakesOf(issue, { schema, content }))
  if (found.length > 0)
    return refuse(
      found.map(mistake => placed(mistake, root)),
      { file, text },
    )
  return schema.parse(content)
}

/** `web: ./services/web` is short for a service with only a path. */
function longForm(content: Plain): Plain {
  if (!isGroup(content) || !isGroup(content['services'])) return content
  const services = Object.entries(content['services']).map(([name, service]) => [
    name,
    typeof service === 'string' ? { path: service } : service,
  ])
  return { ...content, services: Object.fromEntries(services) }
}

function isGroup(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(
  mistakes: Parameters<typeof refuseMistakes>[0],
  place: Parameters<typeof refuseMistakes>[1],
): never {
  try {
    return refuseMistakes(mistakes, place)
  } catch (cause) {
    throw new Refusal({
      code: 'bad_compartment_file',
      exit: 'usage',
      message: cause instanceof Error ? cause.message : String(cause),
      advice:
        'Put it right and run it again; `compartment` itself refuses such a file too. Nothing was written.',
      cause,
    })
  }
}

type Context = { readonly schema: z.core.$ZodType; readonly content: Plain }

function mistakesOf(issue: z.core.$ZodIssue, { schema, content }: Context): readonly Mistake[] {
  const path = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'unrecognized_keys') {
    const part = path.reduce<z.core.$ZodType | undefined>(stepInto, schema)
    return issue.keys.map(key => ({
      path: [...path, key],
      on: 'key',
      message: `unknown key. ${allowedNames(key, part instanceof z.ZodObject ? Object.keys(part.shape) : [])}`,
    }))
  }
  if (issue.code === 'invalid_key')
    return [{ path, on: 'key', message: `is not allowed as a name: ${issue.issues[0]?.message ?? ''}.` }]
  const value = path.reduce<Plain | undefined>(valueAt, content)
  return [{ path, message: value === undefined ? 'is missing.' : `is not allowed${allowed(issue, value)}.` }]
}

function allowed(issue: z.core.$ZodIssue, value: Plain): string {
  if (issue.message !== '') return `: ${issue.message}`
  switch (issue.code) {
    case 'invalid_value':
      return typeof value === 'object'
        ? `: it takes ${issue.values.join(', ')}`
        : `: ${JSON.stringify(value)}. ${allowedNames(String(value), issue.values.map(String)).replace(/\.$/, '')}`
    case 'invalid_type':
      return `: it takes ${typeNames[issue.expected] ?? issue.expected}`
    case 'too_small':
      return `: it takes ${issue.origin === 'array' ? 'one entry' : String(issue.minimum)} at least`
    case 'too_big':
      return `: it takes ${String(issue.maximum)} at most`
    default:
      return ''
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
}

function stepInto(part: z.core.$ZodType | undefined, step: string | number): z.core.$ZodType | undefined {
  const inside =
    part instanceof z.ZodObject
      ? (part.shape as Readonly<Record<string, z.core.$ZodType>>)[step]
      : part instanceof z.ZodRecord
        ? part.valueType
        : part instanceof z.ZodArray
          ? part.element
          : undefined
  return inside instanceof z.ZodOptional ? inside.unwrap() : inside
}

function valueAt(value: Plain | undefined, step: string | number): Plain | undefined {
  if (Array.isArray(value)) return value[Number(step)]
  return isGroup(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function checkServices({ services, resources = {} }: Compartment): readonly Mistake[] {
  if (Object.keys(services).length === 0)
    return [{ path: ['services'], message: 'is empty: it takes one service at least.' }]
  return Object.keys(resources)
    .filter(name => Object.hasOwn(services, name))
    .map(name => ({ path: ['resources', name], on: 'key', message: 'is the name of a service already.' }))
}

const changes = ['stripPrefix', 'replacePrefix', 'rewrite'] as const

function checkRoutes(routes: readonly CompartmentRoute[], services: readonly string[]): readonly Mistake[] {
  return routes.flatMap((route, index) => {
    const unknown = (['on', 'to'] as const)
      .filter(end => !services.includes(route[end]))
      .map(end => ({
        path: ['routes', index, end],
        message: `${JSON.stringify(route[end])} is no service of compartment.yml. ${allowedNames(route[end], services)}`,
      }))
    const [, second] = changes.filter(change => route[change] !== undefined)
    const double =
      second === undefined
        ? []
        : [
            {
              path: ['routes', index, second],
              message: `is one too many: a route changes the path once, by ${changes.join(', ')}.`,
            },
          ]
    return [...unknown, ...double]
  })
}
