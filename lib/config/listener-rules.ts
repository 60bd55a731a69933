import { hash } from '../names/hash.ts'
import type { ListenerRule, ProcessConfig } from './app-config.ts'
import type { RouteSettings } from './schema.ts'

export type ListenerRulesOptions = {
  readonly processes: readonly Pick<ProcessConfig, 'name' | 'kind' | 'hosts'>[]
  readonly routes: readonly RouteSettings[]
}

/** A rule takes this many values over all its conditions, and AWS does not raise it. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
export const conditionValuesPerRule = 5

const everyPath = '/*'

/** AWS's range: 1 to 50000. Two rules of one listener never have the same priority, not even while a stack is updated rule by rule. */
const slot = 400
const ownRules = { hosts: 40_001, patterns: 44_001, everything: 50_000, width: 4000 } as const

/**
 * The load balancer's rules: the routes in the order of the file, then each web process at its own hosts, the one without a host last.
 * A route to `/api/*` also takes `/api`, which the load balancer's own pattern would leave out, and never `/apix`.
 *
 * Priorities change as little as they can: a route that is added at the end moves no other rule, and one in the middle moves those after it to
 * priorities that none of them had, since CloudFormation updates one rule after the other and AWS refuses a priority that is still taken.
 */
export function listenerRules({ processes, routes }: ListenerRulesOptions): readonly ListenerRule[] {
  const hostsOf = new Map(processes.map(({ name, hosts }) => [name, hosts]))
  const ofRoutes = routes
    .flatMap(route => rulesOfRoute(route, hostsOf.get(route.on) ?? []))
    .map((rule, index) => ({ ...rule, priority: 1 + index * slot + (hashOf(rule) % slot) }))
  const own = processes
    .filter(({ kind }) => kind === 'web')
    .map(({ name, hosts }) => ({ process: name, hosts, paths: [everyPath], methods: [] }))
    .reduce<readonly ListenerRule[]>(
      (before, rule) => [...before, { ...rule, priority: freePriority(rule, before) }],
      [],
    )
  return [...ofRoutes, ...own.toSorted((one, other) => one.priority - other.priority)]
}

type Unordered = Omit<ListenerRule, 'priority'>

function rulesOfRoute(route: RouteSettings, hosts: readonly string[]): readonly Unordered[] {
  const paths = pathsOf(route.path)
  const rewrite = rewriteOf(route)
  const rule = { process: route.to, hosts, paths, ...(rewrite && { rewrite }) }
  if (route.methods === undefined) return [{ ...rule, methods: [] }]
  const room = conditionValuesPerRule - hosts.length - paths.length
  return chunks([...new Set(route.methods)], room).map(methods => ({ ...rule, methods }))
}

function pathsOf(path: string): readonly string[] {
  const prefix = prefixOf(path)
  if (prefix === undefined) return [path]
  return prefix === '' ? [everyPath] : [prefix, `${prefix}/*`]
}

/** `/api` of `/api/*`, nothing of `/*`; absent where the path is exact. */
export function prefixOf(path: string): string | undefined {
  return path.endsWith('/*') ? path.slice(0, -'/*'.length) : undefined
}

/** The query comes along in all of them. */
function rewriteOf({
  path,
  stripPrefix,
  replacePrefix,
  rewrite,
}: RouteSettings): ListenerRule['rewrite'] | undefined {
  const prefix = escaped(prefixOf(path) ?? path)
  if (rewrite !== undefined) return { regex: '^[^?]*(.*)$', replace: `${rewrite}$1` }
  if (stripPrefix !== undefined || replacePrefix === '/')
    return { regex: `^${prefix}/?(.*)$`, replace: '/$1' }
  if (replacePrefix !== undefined) return { regex: `^${prefix}(.*)$`, replace: `${replacePrefix}$1` }
  return undefined
}

function escaped(text: string): string {
  return text.replaceAll(/[.+$]/g, String.raw`\$&`)
}

/** Hosts before patterns of hosts before every host: the load balancer takes the first that fits. */
function freePriority(rule: Unordered, taken: readonly ListenerRule[]): number {
  const { hosts, patterns, everything, width } = ownRules
  if (rule.hosts.length === 0) return everything
  const first = rule.hosts.some(host => host.includes('*')) ? patterns : hosts
  const wanted = hashOf(rule) % width
  const free = Array.from({ length: width }, (_, step) => first + ((wanted + step) % width)).find(priority =>
    taken.every(other => other.priority !== priority),
  )
  return free ?? first
}

function hashOf({ process, hosts, paths, methods }: Unordered): number {
  return hash([process, ...hosts, ...paths, ...methods].join(' '))
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  )
}
