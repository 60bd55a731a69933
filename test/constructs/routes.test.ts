import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { appOfEnvironment } from '../../lib/config/app-of-environment.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { TapitApp } from '../../lib/constructs/patterns/tapit-app.ts'
import { evaluateRules } from '../../lib/sandbox/elbv2/evaluate-rules.ts'

/** Requests run through the sandbox's own evaluation of the rules that CDK generates: `METHOD host/path` → `process /path it sees`. */
type Expected = readonly [request: string, answer: string]

const withDomain = `
app: shop
region: eu-west-1
domain: { name: shop.example.com, certificate: "arn:aws:acm:eu-west-1:111122223333:certificate/0b1c2d3e" }
processes:
  default: {}
  admin: { kind: web }
  tenants: { kind: web, host: "*.tenants.example.com" }
  backoffice: { kind: api, port: 3000 }
  login: { kind: api }
  reads: { kind: api }
  writes: { kind: api }
  legacy: { kind: api }
  closed: { kind: api }
  worker: {}
routes:
  - { on: default, path: /login, to: login }
  - { on: default, path: "/api/admin/*", to: backoffice, replacePrefix: /admin }
  - { on: default, path: "/items/*", to: reads, methods: [GET, HEAD] }
  - { on: default, path: "/items/*", to: writes, methods: [POST, PUT, PATCH, DELETE, OPTIONS] }
  - { on: default, path: "/v1.0/*", to: legacy, stripPrefix: /v1.0 }
  - { on: admin, path: "/*", to: closed, methods: [DELETE], rewrite: /closed }
`

const withoutDomain = `
app: shop
region: eu-west-1
processes:
  default: {}
  backoffice: { kind: api }
routes:
  - { on: default, path: "/api/*", to: backoffice, stripPrefix: /api }
`

describe('the generated listener rules', () => {
  describe('of an app with a domain', () => {
    let answer: (request: string) => string
    beforeAll(() => {
      answer = answersOf(withDomain)
    })

    it.each<Expected>([
      ['GET shop.example.com/', 'default /'],
      ['GET shop.example.com/anything?q=1', 'default /anything?q=1'],
      ['POST SHOP.example.com/', 'default /'],
      ['GET shop.example.com/login', 'login /login'],
      ['GET shop.example.com/login?next=/', 'login /login?next=/'],
      ['GET shop.example.com/login/', 'default /login/'],
      ['GET shop.example.com/Login', 'default /Login'],
      ['GET shop.example.com/api/admin', 'backoffice /admin'],
      ['GET shop.example.com/api/admin/users?page=2', 'backoffice /admin/users?page=2'],
      ['GET shop.example.com/api/administrators', 'default /api/administrators'],
      ['GET shop.example.com/items/1', 'reads /items/1'],
      ['HEAD shop.example.com/items', 'reads /items'],
      ['POST shop.example.com/items', 'writes /items'],
      ['OPTIONS shop.example.com/items/1', 'writes /items/1'],
      ['PATCH shop.example.com/items/1', 'writes /items/1'],
      ['TRACE shop.example.com/items/1', 'default /items/1'],
      ['GET shop.example.com/v1.0', 'legacy /'],
      ['GET shop.example.com/v1.0/a/b', 'legacy /a/b'],
      ['GET shop.example.com/v1x0/a', 'default /v1x0/a'],
      ['GET admin.shop.example.com/login', 'admin /login'],
      ['DELETE admin.shop.example.com/users/1?force=1', 'closed /closed?force=1'],
      ['GET one.tenants.example.com/api', 'tenants /api'],
      ['GET elsewhere.example.com/', '404'],
    ])('answer %s by %s', (request, expected) => {
      expect(answer(request)).toBe(expected)
    })
  })

  describe('of an app without a domain', () => {
    let answer: (request: string) => string
    beforeAll(() => {
      answer = answersOf(withoutDomain)
    })

    it.each<Expected>([
      ['GET any.host/api', 'backoffice /'],
      ['GET any.host/api/', 'backoffice /'],
      ['GET any.host/api?page=2', 'backoffice /?page=2'],
      ['GET any.host/api/orders/1?page=2', 'backoffice /orders/1?page=2'],
      ['GET any.host/apix', 'default /apix'],
      ['GET any.host/ap', 'default /ap'],
      ['GET any.host/x/api/y', 'default /x/api/y'],
      ['GET 10.0.0.1/', 'default /'],
    ])('answer %s by %s', (request, expected) => {
      expect(answer(request)).toBe(expected)
    })
  })

  it('are the same on the test listener, so that a candidate is tested at the paths that it will get', () => {
    const { production, test } = synthesized(withDomain)
    const conditionsOf = (rules: readonly Rule[]) =>
      rules.map(({ Priority, Conditions, Transforms }) => ({ Priority, Conditions, Transforms }))

    expect(production).toHaveLength(11)
    expect(test).toHaveLength(8)
    expect(conditionsOf(production)).toEqual(expect.arrayContaining(conditionsOf(test)))
  })
})

type Rule = Parameters<typeof evaluateRules>[0]['rules'][number]

/** What the load balancer would do with requests to the production listener. */
function answersOf(yml: string): (request: string) => string {
  const { production, processOf } = synthesized(yml)
  return request => {
    const [, method = '', host = '', url = ''] = /^(\S+) ([^/]+)(\/.*)$/.exec(request) ?? []
    const routing = evaluateRules({
      rules: production,
      request: { method, host, url, headers: {}, sourceIp: '127.0.0.1', protocol: 'http', port: 80 },
      draw: 0.5,
    })
    // The listener's default action, which is no rule of the template, answers 404.
    if (routing.kind !== 'forward') return routing.kind === 'unavailable' ? '404' : routing.kind
    return `${processOf(routing.targetGroupArn)} ${routing.url}`
  }
}

type Synthesized = {
  readonly production: readonly Rule[]
  readonly test: readonly Rule[]
  readonly processOf: (targetGroup: string) => string
}

function synthesized(yml: string): Synthesized {
  const stack = new Stack(new App(), 'shop', { env: { account: '111122223333', region: 'eu-west-1' } })
  const config = appOfEnvironment(parseConfig(yml, 'tapit.yml'), 'production')
  const app = new TapitApp(stack, 'App', { config })
  const template = Template.fromStack(stack)
  const groups = template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup')
  const listeners = template.findResources('AWS::ElasticLoadBalancingV2::Listener')
  const rules = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule')).map(
    ({ Properties }) => Properties,
  )
  const rulesAt = (...ports: readonly number[]) =>
    rules
      .filter(({ ListenerArn }) => ports.includes(listeners[ListenerArn.Ref]?.['Properties'].Port))
      .map(rule => withReferencesNamed({ ...rule, Priority: String(rule.Priority) }))
  return {
    production: rulesAt(80, 443),
    test: rulesAt(8080, 8443),
    processOf: targetGroup =>
      [...app.processes.keys()].find(
        process => groups[targetGroup]?.['Properties'].Name === `shop-${process}-blue`,
      ) ?? `unknown ${targetGroup}`,
  }
}

/** A reference to a target group becomes its logical id, where AWS would put its ARN. */
function withReferencesNamed(rule: object): Rule {
  return JSON.parse(JSON.stringify(rule, (_, value) => (typeof value?.Ref === 'string' ? value.Ref : value)))
}
