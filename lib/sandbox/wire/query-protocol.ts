import { randomUUID } from 'node:crypto'
import { XmlShapeSerializer } from '@aws-sdk/core/protocols'
import type { NormalizedSchema } from '@smithy/core/schema'
import type { StaticStructureSchema } from '@smithy/types'
import { AwsError } from './aws-error.ts'
import type { Protocol } from './protocol.ts'

export type QueryProtocolOptions = { readonly xmlNamespace: string }

/** awsQuery: a form comes in, XML goes out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryProtocol({ xmlNamespace }: QueryProtocolOptions): Protocol {
  const headers = { 'content-type': 'text/xml' }
  const xml = (schema: StaticStructureSchema, value: unknown) => {
    const serializer = new XmlShapeSerializer({
      timestampFormat: isoTimestamps,
      xmlNamespace,
      serviceNamespace: '',
    })
    serializer.write(schema, value)
    return serializer.flush()
  }
  return {
    read: ({ input }, body) => {
      const form = new URLSearchParams(body.toString())
      form.delete('Action')
      form.delete('Version')
      return input.isUnitSchema() ? {} : plain(input, tree(form))
    },
    answer: ({ name, output }, value) => ({
      status: 200,
      headers,
      body: xml(responseSchema(name, output), {
        [`${name}Result`]: value,
        ResponseMetadata: { RequestId: randomUUID() },
      }),
    }),
    error: ({ message, queryCode, queryStatus }) => ({
      status: queryStatus,
      headers,
      body: xml(errorSchema, {
        Error: { Type: queryStatus < 500 ? 'Sender' : 'Receiver', Code: queryCode, Message: message },
        RequestId: randomUUID(),
      }),
    }),
  }
}

const isoTimestamps = { useTrait: true, default: 5 as const }

const metadataSchema: StaticStructureSchema = [3, '', 'ResponseMetadata', 0, ['RequestId'], [0]]
const errorBodySchema: StaticStructureSchema = [3, '', 'Error', 0, ['Type', 'Code', 'Message'], [0, 0, 0]]
const errorSchema: StaticStructureSchema = [
  3,
  '',
  'ErrorResponse',
  0,
  ['Error', 'RequestId'],
  [() => errorBodySchema, 0],
]

/** `<FooResponse><FooResult>…</FooResult><ResponseMetadata>…` around the members of the operation's output. */
function responseSchema(operation: string, output: NormalizedSchema): StaticStructureSchema {
  const shape = output.getSchema()
  const [names, members] = Array.isArray(shape) && shape[0] === 3 ? [shape[4], shape[5]] : [[], []]
  const result: StaticStructureSchema = [3, '', `${operation}Result`, 0, names, members]
  return [
    3,
    '',
    `${operation}Response`,
    0,
    [`${operation}Result`, 'ResponseMetadata'],
    [() => result, () => metadataSchema],
  ]
}

/** A form's keys are paths: `a.b.member.1=x` is `{ a: { b: { member: { 1: 'x' } } } }`. */
type Node = string | Branch
type Branch = Map<string, Node>

function tree(form: URLSearchParams): Branch {
  const root: Branch = new Map()
  for (const [key, value] of form) {
    const steps = key.split('.')
    if (steps.length > deepest)
      throw new AwsError('SerializationException', 'The request is nested too deeply')
    const leaf = steps.pop() ?? ''
    let branch = root
    for (const step of steps) {
      const known = branch.get(step)
      const next: Branch = known instanceof Map ? known : new Map()
      branch.set(step, next)
      branch = next
    }
    branch.set(leaf, value)
  }
  return root
}

/** Far deeper than any request of AWS's. */
const deepest = 64

/** The tree as the data that JSON would have: lists for numbered keys, numbers and booleans for their texts. */
function plain(schema: NormalizedSchema, node: Node | undefined): unknown {
  if (node === undefined) return undefined
  if (schema.isListSchema()) return plainList(schema, node)
  if (schema.isMapSchema()) return plainMap(schema, node)
  if (schema.isStructSchema()) return plainStructure(schema, node)
  if (node instanceof Map) throw new AwsError('SerializationException', 'Unexpected complex element')
  if (schema.isBooleanSchema()) return booleans.get(node) ?? node
  if (schema.isNumericSchema()) return node.trim() === '' || Number.isNaN(Number(node)) ? node : Number(node)
  return node
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

function plainStructure(schema: NormalizedSchema, node: Node): unknown {
  if (!(node instanceof Map)) return node
  const known = new Map(
    [...schema.structIterator()].map(([name, member]) => [wireName(member) ?? name, { name, member }]),
  )
  return Object.fromEntries(
    [...node].map(([key, value]) => {
      const it = known.get(key)
      return it === undefined ? [key, value] : [it.name, plain(it.member, value)]
    }),
  )
}

function plainList(schema: NormalizedSchema, node: Node): unknown {
  // `Names=` is how Query writes an empty list.
  if (!(node instanceof Map)) return node === '' ? [] : node
  const item = schema.getValueSchema()
  const numbered = schema.getMergedTraits().xmlFlattened ? node : node.get(wireName(item) ?? 'member')
  return inOrder(numbered).map(it => plain(item, it))
}

function plainMap(schema: NormalizedSchema, node: Node): unknown {
  if (!(node instanceof Map)) return node === '' ? {} : node
  const [key, value] = [schema.getKeySchema(), schema.getValueSchema()]
  const entries = inOrder(schema.getMergedTraits().xmlFlattened ? node : node.get('entry'))
  return Object.fromEntries(
    entries.map(entry => {
      const name = entry instanceof Map ? entry.get(wireName(key) ?? 'key') : undefined
      if (!(entry instanceof Map) || typeof name !== 'string') {
        throw new AwsError('SerializationException', 'A map entry needs a key')
      }
      return [name, plain(value, entry.get(wireName(value) ?? 'value'))]
    }),
  )
}

function inOrder(numbered: Node | undefined): Node[] {
  if (!(numbered instanceof Map)) return []
  return [...numbered].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node)
}

function wireName(schema: NormalizedSchema): string | undefined {
  return schema.getMergedTraits().xmlName
}
