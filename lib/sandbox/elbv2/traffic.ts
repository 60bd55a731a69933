import { countEvent } from '../cloudwatch/count-event.ts'
import { lastPart } from '../ecs/arn.ts'
import { type Application, applicationAt, isListening } from '../ecs/task/application.ts'
import type { Reply } from '../wire/protocol.ts'
import type { World } from '../world.ts'
import { chooseTarget } from './choose-target.ts'
import { evaluateRules, type HttpRequest, type Routing } from './evaluate-rules.ts'
import { type FoundListener, findListener } from './find-listener.ts'
import { rulesOf, ruleView } from './lookup.ts'
import { dnsName } from './address.ts'
import type { LoadBalancerRecord, TargetGroupRecord } from './state.ts'

/** A user's request to a load balancer, as it came. */
export type UserRequest = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'sourceIp'> & {
  /** As sent: it says which load balancer and which listener. */
  readonly host: string
}

/** A request on its way: the world may change until it is answered. */
export type Transit = {
  /** How many milliseconds the task takes for it. */
  readonly latency: number
  /** To be called when they are over. */
  readonly answer: () => Reply | 'disconnect'
}

/** The load balancers as their users see them. */
export type Traffic = {
  /** Whether a host, with or without a port, names one. */
  readonly knows: (host: string) => boolean
  /** Chooses who answers. The world has to be up to date, here and when it is answered. */
  readonly take: (request: UserRequest) => Transit
}

export type TrafficOptions = {
  /** A number from 0 up to 1 for each request, that decides between weighted target groups. */
  readonly draw: () => number
  /** Where the sandbox listens; undefined while it does not. */
  readonly port: () => number | undefined
}

export function traffic(world: World, { draw, port }: TrafficOptions): Traffic {
  /** Whose turn it is in a target group, and how many requests a task had. */
  const counts = new Map<string, number>()
  const count = (of: string): number => {
    const before = counts.get(of) ?? 0
    counts.set(of, before + 1)
    return before
  }
  return {
    knows: host => findListener(world.state.elbv2, host) !== undefined,
    take: request => {
      const found = findListener(world.state.elbv2, request.host)
      if (found?.listener === undefined) return { latency: 0, answer: () => 'disconnect' }
      const { loadBalancer, listener } = found
      const routing = evaluateRules({
        rules: rulesOf(world, listener.arn).map(ruleView),
        request: seen(request, { loadBalancer, listener }),
        draw: draw(),
      })
      if (routing.kind === 'forward') return forward(world, { loadBalancer, routing, count })
      return { latency: 0, answer: () => answerItself(world, { found, routing, port: port() }) }
    },
  }
}

type Found = Required<FoundListener>

/** As the listener sees it: at its own name and port, unless a header says under which name users know it. */
function seen(request: UserRequest, { loadBalancer, listener }: Found): HttpRequest {
  return {
    ...request,
    host: request.headers['x-forwarded-host'] ?? dnsName(loadBalancer),
    protocol: listener.protocol === 'HTTPS' ? 'https' : 'http',
    port: listener.port,
  }
}

type AnswerOptions = {
  readonly found: FoundListener
  readonly routing: Exclude<Routing, { readonly kind: 'forward' }>
  readonly port: number | undefined
}

function answerItself(world: World, { found, routing, port }: AnswerOptions): Reply {
  const { loadBalancer } = found
  switch (routing.kind) {
    case 'redirect': {
      const location = locationHere(world, { loadBalancer, location: routing.location, port })
      return ofElb(routing.status, { headers: { location } })
    }
    case 'fixed-response':
      return ofElb(routing.status, { contentType: routing.contentType, body: routing.body })
    case 'unavailable':
      return failure(world, { loadBalancer, status: routing.status })
  }
}

type LocationOptions = {
  readonly loadBalancer: LoadBalancerRecord
  readonly location: string
  readonly port: number | undefined
}

/** A redirect to another listener of the same load balancer leads to where that one answers in the sandbox. */
function locationHere({ state }: World, { loadBalancer, location, port }: LocationOptions): string {
  const url = URL.canParse(location) ? new URL(location) : undefined
  if (url === undefined || url.hostname !== dnsName(loadBalancer) || port === undefined) return location
  const listenerPort = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const host = `${listenerPort}.${url.hostname}`
  if (findListener(state.elbv2, host)?.listener === undefined) return location
  return `http://${host}:${port}${url.pathname}${url.search}`
}

type ForwardOptions = {
  readonly loadBalancer: LoadBalancerRecord
  readonly routing: Extract<Routing, { readonly kind: 'forward' }>
  readonly count: (of: string) => number
}

function forward(world: World, { loadBalancer, routing, count }: ForwardOptions): Transit {
  const at = world.clock.now()
  const group = world.state.elbv2.targetGroups[routing.targetGroupArn]
  const target = group === undefined ? undefined : chooseTarget(world, { group, at, turn: count(group.arn) })
  if (group === undefined || target === undefined) return fail({ loadBalancer, status: 503 })
  countFor(world, { loadBalancer, group, name: 'RequestCount' })
  const application = applicationAt(world, {
    targetGroupArn: group.arn,
    ip: target.id,
    port: target.port,
  })
  const { answersFrom = Infinity, failure: how } = target
  // Whatever fails its health checks with a code does so because it runs, and says that it cannot.
  const accepts = answersFrom <= at || how === 'code-503'
  if (application === undefined || !accepts) {
    countFor(world, { loadBalancer, group, name: 'TargetConnectionErrorCount' })
    return fail({ loadBalancer, status: 502 })
  }
  const { behaviour, task } = application
  const isWrong = behaviour === 'errors' && count(task.arn) % 2 === 1
  const status = answersFrom > at ? 503 : isWrong ? 500 : 200
  return {
    latency: behaviour === 'slow-requests' ? slowness(world) : 0,
    answer: () => {
      // The connection breaks with the task that was about to answer.
      if (!isListening(task)) return failure(world, { loadBalancer, status: 502 })
      countFor(world, { loadBalancer, group, name: status < 500 ? '2XX' : '5XX' })
      countFor(world, {
        loadBalancer,
        group,
        name: 'TargetResponseTime',
        value: (world.clock.now() - at) / 1000,
      })
      return ofTask(application, { group, status })
    },
  }

  function fail(options: FailureOptions): Transit {
    return { latency: 0, answer: () => failure(world, options) }
  }
}

/** Shorter than targets drain at most, so that what is under way when a task goes can be answered. */
function slowness({ timings }: World): number {
  return Math.min(3000, timings.deregistrationDelay * 0.75)
}

function ofTask(
  { task, container, taskDefinition, dockerTag }: Application,
  { group, status }: { readonly group: TargetGroupRecord; readonly status: number },
): Reply {
  const revision = `${taskDefinition.family}:${taskDefinition.revision}`
  const { imageDigest, image } = container
  return {
    status,
    headers: {
      'content-type': 'text/plain',
      'x-tapit-task': lastPart(task.arn),
      'x-tapit-task-definition': revision,
      'x-tapit-target-group': group.name,
      ...(imageDigest !== undefined && { 'x-tapit-image': imageDigest }),
      ...(dockerTag !== undefined && { 'x-tapit-docker-tag': dockerTag }),
    },
    body: `${revision} ${imageDigest === undefined ? image : `${imageDigest.slice(0, 'sha256:'.length + 8)}…`}\n`,
  }
}

type FailureOptions = { readonly loadBalancer: LoadBalancerRecord; readonly status: 500 | 502 | 503 }

/** An error of the load balancer's own. */
function failure(world: World, { loadBalancer, status }: FailureOptions): Reply {
  countEvent(world, {
    namespace,
    name: 'HTTPCode_ELB_5XX_Count',
    dimensions: { LoadBalancer: path(loadBalancer.arn, 'loadbalancer/') },
    unit: 'Count',
  })
  return ofElb(status, { body: `${status} ${reasons[status]}\n` })
}

const reasons = { 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable' }

type OwnAnswer = {
  readonly headers?: Readonly<Record<string, string>>
  readonly contentType?: string
  readonly body?: string
}

function ofElb(status: number, { headers = {}, contentType = 'text/plain', body = '' }: OwnAnswer): Reply {
  return { status, headers: { server: 'awselb/2.0', 'content-type': contentType, ...headers }, body }
}

const namespace = 'AWS/ApplicationELB'

type CountOptions = {
  readonly loadBalancer: LoadBalancerRecord
  readonly group: TargetGroupRecord
  readonly name: 'RequestCount' | 'TargetConnectionErrorCount' | 'TargetResponseTime' | '2XX' | '5XX'
  /** @default 1 */
  readonly value?: number
}

/** Once for the load balancer, and once for its target group. */
function countFor(world: World, { loadBalancer, group, name, value }: CountOptions): void {
  const LoadBalancer = path(loadBalancer.arn, 'loadbalancer/')
  const TargetGroup = group.arn.slice(group.arn.lastIndexOf(':') + 1)
  const both: readonly Readonly<Record<string, string>>[] = [{ LoadBalancer }, { LoadBalancer, TargetGroup }]
  for (const dimensions of both) {
    countEvent(world, {
      namespace,
      name: name.endsWith('XX') ? `HTTPCode_Target_${name}_Count` : name,
      dimensions,
      unit: name === 'TargetResponseTime' ? 'Seconds' : 'Count',
      value,
    })
  }
}

/** `app/shop/0123456789abcdef`, as the dimension has it. */
function path(arn: string, after: string): string {
  return arn.slice(arn.indexOf(after) + after.length)
}
