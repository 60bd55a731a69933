import { describe, expect, it } from 'vitest'
import { evaluateRules, type HttpRequest } from '../../../lib/sandbox/elbv2/evaluate-rules.ts'
import type { elbv2 } from '../../../lib/sandbox/wire/handlers.ts'

const request: HttpRequest = {
  method: 'GET',
  host: 'shop.example.com',
  url: '/api/orders?page=2',
  headers: { 'user-agent': 'curl/8' },
  sourceIp: '10.0.3.4',
  protocol: 'http',
  port: 80,
}

const forwardTo = (TargetGroupArn: string): elbv2.Action => ({ Type: 'forward', TargetGroupArn })
const otherwise: elbv2.Rule = { RuleArn: 'default', Priority: 'default', Actions: [forwardTo('default')] }

function route(
  rules: readonly elbv2.Rule[],
  options: { draw?: number; request?: Partial<HttpRequest> } = {},
) {
  const { draw = 0, request: changes = {} } = options
  return evaluateRules({ rules: [otherwise, ...rules], request: { ...request, ...changes }, draw })
}

describe('a condition', () => {
  it.each<[string, elbv2.RuleCondition, boolean]>([
    ['path', { Field: 'path-pattern', Values: ['/api/*'] }, true],
    ['path, as configuration', { Field: 'path-pattern', PathPatternConfig: { Values: ['/api/*'] } }, true],
    ['path without its query', { Field: 'path-pattern', Values: ['/api/orders'] }, true],
    ['path with one free character', { Field: 'path-pattern', Values: ['/api/order?'] }, true],
    ['path, case-sensitive', { Field: 'path-pattern', Values: ['/API/*'] }, false],
    ['path, a dot is a dot', { Field: 'path-pattern', Values: ['/api.orders'] }, false],
    ['path by regex', { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/api/[a-z]+$'] } }, true],
    ['any of several', { Field: 'path-pattern', Values: ['/no', '/api/*'] }, true],
    ['host', { Field: 'host-header', Values: ['*.EXAMPLE.com'] }, true],
    ['another host', { Field: 'host-header', Values: ['example.com'] }, false],
    ['method', { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST', 'GET'] } }, true],
    [
      'another method',
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } },
      false,
    ],
    [
      'header',
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'User-Agent', Values: ['CURL/*'] } },
      true,
    ],
    [
      'missing header',
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-No', Values: ['*'] } },
      false,
    ],
    ['query', { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'page', Value: '2' }] } }, true],
    [
      'query by value alone',
      { Field: 'query-string', QueryStringConfig: { Values: [{ Value: '2' }] } },
      true,
    ],
    [
      'another query',
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'page', Value: '3' }] } },
      false,
    ],
    ['source', { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/22'] } }, true],
    ['another source', { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.4.0/22'] } }, false],
  ])('%s', (_name, condition, holds) => {
    const rule = { RuleArn: 'rule', Priority: '1', Conditions: [condition], Actions: [forwardTo('mine')] }

    expect(route([rule])).toMatchObject({ kind: 'forward', targetGroupArn: holds ? 'mine' : 'default' })
  })

  it('holds only together with the others', () => {
    const Conditions = [
      { Field: 'path-pattern', Values: ['/api/*'] },
      { Field: 'host-header', Values: ['other.example.com'] },
    ]

    expect(
      route([{ RuleArn: 'rule', Priority: '1', Conditions, Actions: [forwardTo('mine')] }]),
    ).toMatchObject({
      targetGroupArn: 'default',
    })
  })
})

describe('a rule', () => {
  it('comes before those of a higher number, and the default rule last', () => {
    const rules = ['10', '9', '100'].map(Priority => ({
      RuleArn: Priority,
      Priority,
      Actions: [forwardTo(Priority)],
    }))

    expect(route(rules)).toMatchObject({ ruleArn: '9' })
  })

  it.each([
    [0, 'blue'],
    [0.89, 'blue'],
    [0.9, 'green'],
    [0.999, 'green'],
  ])('weighs its target groups: %f goes to %s', (draw, targetGroupArn) => {
    const TargetGroups = [
      { TargetGroupArn: 'blue', Weight: 90 },
      { TargetGroupArn: 'green', Weight: 10 },
    ]
    const Actions: elbv2.Action[] = [{ Type: 'forward', ForwardConfig: { TargetGroups } }]

    expect(route([{ RuleArn: 'rule', Priority: '1', Actions }], { draw })).toMatchObject({ targetGroupArn })
  })

  it('answers 503 when all weights are 0', () => {
    const TargetGroups = ['blue', 'green'].map(TargetGroupArn => ({ TargetGroupArn, Weight: 0 }))
    const Actions: elbv2.Action[] = [{ Type: 'forward', ForwardConfig: { TargetGroups } }]

    expect(route([{ RuleArn: 'rule', Priority: '1', Actions }])).toMatchObject({
      kind: 'unavailable',
      status: 503,
    })
  })

  it('redirects, keeping what its configuration does not change', () => {
    const RedirectConfig = {
      Protocol: 'HTTPS',
      Port: '443',
      Path: '/v2/#{path}',
      StatusCode: 'HTTP_301' as const,
    }

    expect(
      route([{ RuleArn: 'rule', Priority: '1', Actions: [{ Type: 'redirect', RedirectConfig }] }]),
    ).toEqual({
      kind: 'redirect',
      ruleArn: 'rule',
      status: 301,
      location: 'https://shop.example.com:443/v2/api/orders?page=2',
    })
  })

  it('answers by itself', () => {
    const FixedResponseConfig = { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'not here' }

    expect(
      route([{ RuleArn: 'rule', Priority: '1', Actions: [{ Type: 'fixed-response', FixedResponseConfig }] }]),
    ).toMatchObject({ kind: 'fixed-response', status: 404, body: 'not here' })
  })

  it('rewrites the URL and the host for its targets', () => {
    const Transforms: elbv2.RuleTransform[] = [
      { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/api(/.*)?$', Replace: '$1' }] } },
      {
        Type: 'host-header-rewrite',
        HostHeaderRewriteConfig: { Rewrites: [{ Regex: '^shop\\.', Replace: 'internal.' }] },
      },
    ]
    const rule = { RuleArn: 'rule', Priority: '1', Actions: [forwardTo('mine')], Transforms }

    expect(route([rule])).toMatchObject({ url: '/orders?page=2', host: 'internal.example.com' })
  })
})
