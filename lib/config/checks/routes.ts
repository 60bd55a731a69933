import { prefixOf } from '../listener-rules.ts'
import type { Mistake, Path } from '../mistakes/mistake.ts'
import type { RouteSettings, TapitFile } from '../schema.ts'
import { quote } from '../wording/quote.ts'
import { unknownName } from './unknown-name.ts'

/** Each route by itself, and whether an earlier one leaves it anything. */
export function checkRoutes({ routes = [], processes }: TapitFile): readonly Mistake[] {
  const names = Object.keys(processes)
  return routes.flatMap((route, index) => {
    const path = ['routes', index]
    return [
      ...unknownName({ what: 'process', name: route.on, names, path: [...path, 'on'] }),
      ...unknownName({ what: 'process', name: route.to, names, path: [...path, 'to'] }),
      ...checkSegments(route, path),
      ...checkChange(route, path),
      ...checkReached(route, routes.slice(0, index), path),
    ]
  })
}

function checkSegments({ path: pattern }: RouteSettings, path: Path): readonly Mistake[] {
  const isUnreachable = pattern.split('/').some(segment => segment === '.' || segment === '..')
  return isUnreachable
    ? [
        {
          path: [...path, 'path'],
          message: `${quote(pattern)} is not allowed: browsers resolve "." and ".." before they ask. Allowed: the path that is asked for.`,
        },
      ]
    : []
}

const changes = ['stripPrefix', 'replacePrefix', 'rewrite'] as const

function checkChange(route: RouteSettings, path: Path): readonly Mistake[] {
  const [change, ...others] = changes.filter(key => route[key] !== undefined)
  if (change === undefined) return []
  if (others.length > 0)
    return [
      {
        path: [...path, others[0] ?? change],
        on: 'key',
        message: `a route changes the path once, but has ${[change, ...others].join(' and ')}. Allowed: one of ${changes.join(', ')}.`,
      },
    ]
  const value = route[change] ?? ''
  const wrong = change === 'rewrite' ? wrongPath(value) : wrongPrefix(change, { value, pattern: route.path })
  return wrong === undefined
    ? []
    : [{ path: [...path, change], message: `${quote(value)} is not allowed${wrong}` }]
}

type Prefix = { readonly value: string; readonly pattern: string }

function wrongPrefix(
  change: 'stripPrefix' | 'replacePrefix',
  { value, pattern }: Prefix,
): string | undefined {
  const prefix = prefixOf(pattern)
  if (prefix === undefined || prefix === '')
    return `: ${change} needs a path with a prefix, such as "/api/*", and this route's is ${quote(pattern)}.`
  if (change === 'stripPrefix')
    return value === prefix ? undefined : `. Allowed: ${prefix}, the prefix of the route's path.`
  return value !== '/' && value.endsWith('/')
    ? `: it would end with two "/". Allowed: ${value.slice(0, -1)}.`
    : wrongPath(value)
}

/** The load balancer takes "$" for a part of what it matched. */
function wrongPath(value: string): string | undefined {
  return /^\/[^\s?#*$\\]{0,127}$/.test(value)
    ? undefined
    : '. Allowed: a path that begins with "/", of at most 128 characters, without spaces and ? # * $ \\.'
}

function checkReached(
  route: RouteSettings,
  earlier: readonly RouteSettings[],
  path: Path,
): readonly Mistake[] {
  const index = earlier.findIndex(other => takesAllOf(other, route))
  const taker = earlier[index]
  return taker === undefined
    ? []
    : [
        {
          path: [...path, 'path'],
          message: `${quote(route.path)} is never reached: routes[${index}] (${quote(taker.path)}) takes all of it. Allowed: before routes[${index}].`,
        },
      ]
}

function takesAllOf(taker: RouteSettings, route: RouteSettings): boolean {
  return (
    taker.on === route.on && takesPath(taker.path, route.path) && takesMethods(taker.methods, route.methods)
  )
}

function takesPath(taker: string, path: string): boolean {
  const prefix = prefixOf(taker)
  if (prefix === undefined) return taker === path
  const isBelow = path === prefix || path.startsWith(`${prefix}/`)
  return prefix === '' || isBelow
}

function takesMethods(taker: RouteSettings['methods'], methods: RouteSettings['methods']): boolean {
  return taker === undefined || (methods !== undefined && methods.every(method => taker.includes(method)))
}
