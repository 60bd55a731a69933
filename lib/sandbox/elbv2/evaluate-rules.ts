import type { elbv2 } from '../wire/handlers.ts'

export type HttpRequest = {
  readonly method: string
  readonly host: string
  /** With its query, if any: `/api/orders?page=2`. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly sourceIp: string
  readonly protocol: 'http' | 'https'
  readonly port: number
}

export type Routing =
  | {
      readonly kind: 'forward'
      readonly ruleArn: string
      readonly targetGroupArn: string
      readonly host: string
      readonly url: string
    }
  | {
      readonly kind: 'redirect'
      readonly ruleArn: string
      readonly status: number
      readonly location: string
    }
  | {
      readonly kind: 'fixed-response'
      readonly ruleArn: string
      readonly status: number
      readonly contentType: string
      readonly body: string
    }
  /** No weight above zero, or an action that the sandbox does not run, such as authentication. */
  | { readonly kind: 'unavailable'; readonly ruleArn: string; readonly status: 500 | 503 }

export type EvaluateRulesOptions = {
  /** Those of one listener, in any order. */
  readonly rules: readonly elbv2.Rule[]
  readonly request: HttpRequest
  /** A number from 0 up to 1 that decides between weighted target groups. */
  readonly draw: number
}

/** What an Application Load Balancer does with a request: the first rule by priority whose conditions all hold. */
export function evaluateRules({ rules, request, draw }: EvaluateRulesOptions): Routing {
  const inOrder = rules.toSorted((one, other) => rank(one) - rank(other))
  const rule = inOrder.find(({ Conditions = [] }) => Conditions.every(it => holds(it, request)))
  if (rule === undefined) return { kind: 'unavailable', ruleArn: '', status: 503 }
  return act(rule, { request, draw })
}

function rank({ Priority = 'default' }: elbv2.Rule): number {
  return Priority === 'default' ? Infinity : Number(Priority)
}

function holds(condition: elbv2.RuleCondition, request: HttpRequest): boolean {
  const { Field = '', Values = [], RegexValues = [] } = condition
  const [path = '', query = ''] = request.url.split('?', 2)
  switch (Field) {
    case 'path-pattern': {
      const { Values: its = Values, RegexValues: regexes = RegexValues } = condition.PathPatternConfig ?? {}
      return its.some(pattern => matches(pattern, path)) || regexes.some(regex => fits(regex, path))
    }
    case 'host-header': {
      const { Values: its = Values, RegexValues: regexes = RegexValues } = condition.HostHeaderConfig ?? {}
      const host = request.host.toLowerCase().replace(/:\d+$/, '')
      return (
        its.some(pattern => matches(pattern.toLowerCase(), host)) || regexes.some(regex => fits(regex, host))
      )
    }
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(request.method)
    case 'http-header': {
      const {
        HttpHeaderName = '',
        Values: its = [],
        RegexValues: regexes = [],
      } = condition.HttpHeaderConfig ?? {}
      const value = request.headers[HttpHeaderName.toLowerCase()]
      if (value === undefined) return false
      return (
        its.some(it => matches(it.toLowerCase(), value.toLowerCase())) ||
        regexes.some(regex => fits(regex, value))
      )
    }
    case 'query-string': {
      const given = [...new URLSearchParams(query)]
      return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = '' }) =>
        given.some(
          ([key, value]) =>
            (Key === undefined || matches(Key.toLowerCase(), key.toLowerCase())) &&
            matches(Value.toLowerCase(), value.toLowerCase()),
        ),
      )
    }
    case 'source-ip':
      return (condition.SourceIpConfig?.Values ?? []).some(range => isWithin(request.sourceIp, range))
    default:
      return false
  }
}

/** `*` stands for any characters, `?` for exactly one; a backslash takes their meaning away. */
function matches(pattern: string, text: string): boolean {
  const regex = pattern.replaceAll(/\\([*?\\])|[\s\S]/g, (character, escaped?: string) => {
    if (escaped !== undefined) return `\\${escaped}`
    if (character === '*') return '.*'
    if (character === '?') return '.'
    return character.replace(/[.+^${}()|[\]\\/]/, String.raw`\$&`)
  })
  return new RegExp(`^${regex}$`, 's').test(text)
}

function fits(regex: string, text: string): boolean {
  return new RegExp(regex).test(text)
}

/** IPv4 only: the sandbox answers on 127.0.0.1 and `::1`, which counts as 127.0.0.1. */
function isWithin(ip: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/')
  const address = numberOf(ip === '::1' ? '127.0.0.1' : ip)
  const network = numberOf(base)
  if (address === undefined || network === undefined) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(address / size) === Math.floor(network / size)
}

function numberOf(ip: string): number | undefined {
  const parts = ip.split('.').map(Number)
  if (parts.length !== 4 || parts.some(part => !Number.isInteger(part) || part < 0 || part > 255)) {
    return undefined
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

function act(
  rule: elbv2.Rule,
  { request, draw }: { readonly request: HttpRequest; readonly draw: number },
): Routing {
  const ruleArn = rule.RuleArn ?? ''
  const [action] = (rule.Actions ?? []).toSorted((one, other) => (one.Order ?? 1) - (other.Order ?? 1))
  switch (action?.Type) {
    case 'forward': {
      const targetGroupArn = drawn(action, draw)
      if (targetGroupArn === undefined) return { kind: 'unavailable', ruleArn, status: 503 }
      return { kind: 'forward', ruleArn, targetGroupArn, ...transformed(rule, request) }
    }
    case 'redirect':
      return {
        kind: 'redirect',
        ruleArn,
        status: action.RedirectConfig?.StatusCode === 'HTTP_301' ? 301 : 302,
        location: locationOf(action.RedirectConfig, request),
      }
    case 'fixed-response':
      return {
        kind: 'fixed-response',
        ruleArn,
        status: Number(action.FixedResponseConfig?.StatusCode ?? 500),
        contentType: action.FixedResponseConfig?.ContentType ?? 'text/plain',
        body: action.FixedResponseConfig?.MessageBody ?? '',
      }
    case 'authenticate-cognito':
    case 'authenticate-oidc':
    case 'jwt-validation':
    case undefined:
      return { kind: 'unavailable', ruleArn, status: 500 }
  }
}

function drawn({ TargetGroupArn, ForwardConfig }: elbv2.Action, draw: number): string | undefined {
  const groups = ForwardConfig?.TargetGroups ?? []
  if (groups.length === 0) return TargetGroupArn
  if (groups.length === 1) return groups[0]?.TargetGroupArn
  const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0)
  let left = draw * total
  for (const { TargetGroupArn, Weight = 1 } of groups) {
    if (left < Weight) return TargetGroupArn
    left -= Weight
  }
  return undefined
}

function transformed({ Transforms = [] }: elbv2.Rule, { host, url }: HttpRequest) {
  const rewritten = { host, url }
  for (const { Type, HostHeaderRewriteConfig, UrlRewriteConfig } of Transforms) {
    if (Type === 'host-header-rewrite') rewritten.host = rewrite(host, HostHeaderRewriteConfig?.Rewrites)
    if (Type === 'url-rewrite') rewritten.url = rewrite(url, UrlRewriteConfig?.Rewrites)
  }
  return rewritten
}

function rewrite(text: string, [first]: readonly elbv2.RewriteConfig[] = []): string {
  return first === undefined ? text : text.replace(new RegExp(first.Regex ?? ''), first.Replace ?? '')
}

function locationOf(config: elbv2.RedirectActionConfig | undefined, request: HttpRequest): string {
  const { pathname, search } = new URL(request.url, 'http://load.balancer')
  const values: Record<string, string> = {
    protocol: request.protocol,
    host: request.host.replace(/:\d+$/, ''),
    port: String(request.port),
    path: pathname.slice(1),
    query: search.slice(1),
  }
  const fill = (template: string) =>
    template.replaceAll(/#\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  const protocol = fill(config?.Protocol ?? '#{protocol}').toLowerCase()
  const host = fill(config?.Host ?? '#{host}')
  const port = fill(config?.Port ?? '#{port}')
  const path = fill(config?.Path ?? '/#{path}')
  const query = fill(config?.Query ?? '#{query}')
  return `${protocol}://${host}:${port}${path}${query === '' ? '' : `?${query}`}`
}
