import { type Change, diffDefinitions } from '../../deployment/diff-definitions.ts'
import type { Version } from './version.ts'

/** One difference between two versions of a process. Values are absent where they may be secret. */
export type Difference = {
  readonly what:
    | 'image'
    | 'commit'
    | 'strategy'
    | 'count'
    | 'cpu'
    | 'memory'
    | 'command'
    | 'variable'
    | 'secret'
    /** Anything else of the task definition: sidecars, roles, ports. */
    | 'other'
  /** Of a variable or a secret; of anything else its path in the task definition. */
  readonly name?: string
  readonly is: Change['is']
  readonly before?: string
  readonly after?: string
}

/** What differs between two versions, the image first. */
export function compareVersions(before: Version, after: Version): readonly Difference[] {
  return [
    ...changed('image', before.imageDigest, after.imageDigest),
    ...changed('commit', before.gitHash, after.gitHash),
    ...changed('strategy', before.strategy, after.strategy),
    ...countOf(before, after),
    ...differencesOf(before, after),
  ]
}

/** What is known of one alone is no difference. */
function changed(
  what: Difference['what'],
  before: string | undefined,
  after: string | undefined,
): readonly Difference[] {
  if (before === undefined || after === undefined || before === after) return []
  return [{ what, is: 'changed', before, after }]
}

/** How many run is compared with how many run, and what was configured with what was configured. */
function countOf(before: Version, after: Version): readonly Difference[] {
  const isRunning = before.desired !== undefined && after.desired !== undefined
  const [one, other] = [before, after].map(each => (isRunning ? each.desired : each.configuredCount))
  return changed('count', one?.toString(), other?.toString())
}

function differencesOf(before: Version, after: Version): readonly Difference[] {
  if (before.definition === undefined || after.definition === undefined) return []
  const container = before.container ?? after.container ?? ''
  const changes = diffDefinitions(before.definition, named(after, container))
  const all = changes.flatMap(change => differenceOf(change, container) ?? [])
  return [...wholeCommand(all.filter(({ what }) => what === 'command')), ...all.filter(isNoCommand)]
}

/** Two environments may call the container differently that runs the image. */
function named({ definition = {}, container }: Version, name: string): Readonly<Record<string, unknown>> {
  const { containerDefinitions } = definition
  if (container === undefined || container === name || !Array.isArray(containerDefinitions)) return definition
  return {
    ...definition,
    containerDefinitions: containerDefinitions.map((each: { readonly name?: string }) =>
      each.name === container ? { ...each, name } : each,
    ),
  }
}

function differenceOf({ path, ...change }: Change, container: string): Difference | undefined {
  if (path === 'cpu' || path === 'memory') return { what: path, ...change }
  const own = `containers.${container}.`
  if (!path.startsWith(own)) return { what: 'other', name: path, ...change }
  const [member = '', ...rest] = path.slice(own.length).split('.')
  const name = rest.join('.')
  switch (member) {
    case 'image':
      return undefined
    case 'command':
      return { what: 'command', is: change.is }
    case 'environment':
      return { what: 'variable', name, is: change.is }
    case 'secrets':
      return { what: 'secret', name, ...change }
    default:
      return { what: 'other', name: path, ...change }
  }
}

/** Word for word it says nothing. */
function wholeCommand(words: readonly Difference[]): readonly Difference[] {
  const [first] = words
  if (first === undefined) return []
  return [{ what: 'command', is: words.every(({ is }) => is === first.is) ? first.is : 'changed' }]
}

function isNoCommand({ what }: Difference): boolean {
  return what !== 'command'
}
