import { describe, expect, it } from 'vitest'
import { listenerRules } from '../../lib/config/listener-rules.ts'
import type { RouteSettings } from '../../lib/config/schema.ts'

const shop = [
  { name: 'default', kind: 'web', hosts: ['shop.example.com'] },
  { name: 'backoffice', kind: 'api', hosts: [] },
] as const

function rulesOf(...routes: readonly Partial<RouteSettings>[]) {
  return listenerRules({
    processes: shop,
    routes: routes.map(route => ({ on: 'default', path: '/api/*', to: 'backoffice', ...route })),
  })
}

function expectAscending(rules: ReturnType<typeof listenerRules>): void {
  const priorities = rules.map(({ priority }) => priority)
  expect(priorities).toEqual(priorities.toSorted((one, other) => one - other))
}

describe('the rules of the load balancer', () => {
  it('try the routes in the order of the file, then the web process itself', () => {
    const rules = rulesOf({ path: '/login' }, { path: '/api/*' })

    expect(rules.map(({ process, paths }) => [process, paths])).toEqual([
      ['backoffice', ['/login']],
      ['backoffice', ['/api', '/api/*']],
      ['default', ['/*']],
    ])
    expectAscending(rules)
  })

  it('keep their priorities when a route is added at the end', () => {
    const before = rulesOf({ path: '/login' }, { path: '/api/*' })
    const after = rulesOf({ path: '/login' }, { path: '/api/*' }, { path: '/about' })

    expect(after).toEqual(expect.arrayContaining([...before]))
  })

  it('never take a priority that another rule had before, wherever a route is put in', () => {
    const paths = Array.from({ length: 60 }, (_, index) => ({ path: `/path-${index}/*` }))
    const before = new Map(rulesOf(...paths).map(({ priority, paths: [path] }) => [priority, path]))

    const taken = paths.flatMap((_, index) =>
      rulesOf(...paths.slice(0, index), { path: '/new' }, ...paths.slice(index)).filter(
        ({ priority, paths: [path] }) => before.has(priority) && before.get(priority) !== path,
      ),
    )

    expect(taken).toEqual([])
  })

  it('stay within the range of AWS, each its own, for as many as a load balancer takes', () => {
    const rules = listenerRules({
      processes: Array.from({ length: 20 }, (_, index) => ({
        name: `web-${index}`,
        kind: 'web',
        hosts: index === 0 ? [] : [`web-${index}.example.com`],
      })),
      routes: Array.from({ length: 80 }, (_, index) => ({ on: 'web-1', path: `/${index}`, to: 'web-2' })),
    })

    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(100)
    expectAscending(rules)
    expect(rules.at(0)?.priority).toBeGreaterThanOrEqual(1)
    expect(rules.at(-1)?.priority).toBeLessThanOrEqual(50_000)
  })

  it('leave the web process without a host to the last, and patterns of hosts before it', () => {
    const rules = listenerRules({
      processes: [
        { name: 'default', kind: 'web', hosts: [] },
        { name: 'tenants', kind: 'web', hosts: ['*.example.com'] },
        { name: 'admin', kind: 'web', hosts: ['admin.example.com'] },
      ],
      routes: [],
    })

    expect(rules.map(({ process }) => process)).toEqual(['admin', 'tenants', 'default'])
  })

  it('hold at most five values each: a route with more methods becomes several', () => {
    const rules = rulesOf({ methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'] }).slice(0, -1)

    expect(rules.map(({ methods }) => methods)).toEqual([['GET', 'HEAD'], ['POST', 'PUT'], ['DELETE']])
    for (const { hosts, paths, methods } of rules)
      expect(hosts.length + paths.length + methods.length).toBeLessThanOrEqual(5)
  })

  it('name a method once, however often the route does', () => {
    const [rule] = rulesOf({ methods: ['GET', 'GET'] })

    expect(rule?.methods).toEqual(['GET'])
  })

  it.each([
    [{ stripPrefix: '/api' }, '/api/orders?page=2', '/orders?page=2'],
    [{ stripPrefix: '/api' }, '/api', '/'],
    [{ stripPrefix: '/api' }, '/api?page=2', '/?page=2'],
    [{ replacePrefix: '/v2' }, '/api/orders', '/v2/orders'],
    [{ replacePrefix: '/v2' }, '/api', '/v2'],
    [{ replacePrefix: '/' }, '/api/orders', '/orders'],
    [{ rewrite: '/maintenance' }, '/api/orders?page=2', '/maintenance?page=2'],
    [{ path: '/a.b/*', stripPrefix: '/a.b' }, '/a.b/c', '/c'],
  ])('rewrite by %o: %s becomes %s', (route, came, seen) => {
    const [rule] = rulesOf(route)

    expect(came.replace(new RegExp(rule?.rewrite?.regex ?? ''), rule?.rewrite?.replace ?? '')).toBe(seen)
  })

  it('leave the path alone where the route says nothing of it', () => {
    const [rule] = rulesOf({})

    expect(rule).not.toHaveProperty('rewrite')
  })
})
