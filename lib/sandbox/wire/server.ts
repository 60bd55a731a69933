import { randomUUID } from 'node:crypto'
import http from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import type { Traffic } from '../elbv2/traffic.ts'
import type { Faults, JournalEntry } from '../faults.ts'
import { isRecord } from '../is-record.ts'
import type { SandboxClock } from '../world.ts'
import { AwsError } from './aws-error.ts'
import { authorize, identityOf } from './authorization.ts'
import { checked } from './checked.ts'
import type { Caller } from './handlers.ts'
import { parsedJson } from './parsed-json.ts'
import type { Outcome } from './outcome.ts'
import type { Protocol, Reply } from './protocol.ts'
import { protocolOf } from './protocol-of.ts'
import { readBody } from './read-body.ts'
import { type Route, routeOf } from './route.ts'
import type { ServiceId } from './service-description.ts'
import type { RawService, SchemaService, Service } from './service.ts'
import { services } from './services.ts'
import { suffer } from './suffer.ts'
import { wireError } from './wire-error.ts'

export type ServerOptions = {
  readonly region: string
  readonly clock: SandboxClock
  readonly faults: Faults
  /** A service, loaded at its first request. */
  readonly load: (id: ServiceId) => Promise<Service>
  /** Runs before every operation: brings the world up to now. */
  readonly before: () => void
  /** Runs after every operation that may have changed something. */
  readonly after?: (operation: string) => void
  /** Answers paths under `/_tapit/`. @default - 404 */
  readonly control?: (request: ControlRequest) => Promise<Outcome> | Outcome
  /** Users' requests: those to the name of a load balancer. */
  readonly traffic: Traffic
  /** How long a task's answer takes passes here, and not in the simulation. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** Answers paths under `/v2/`, whose bodies are too large to be read first. */
  readonly registry: (request: http.IncomingMessage) => Promise<Outcome>
}

export type ControlRequest = {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** An AWS endpoint for several services at once, on whichever loopback port it is made to listen on. */
export function server(options: ServerOptions): http.Server {
  const server = http.createServer((request, response) => {
    respond(request, response, options).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  })
  server.keepAliveTimeout = keepAlive
  // A layer of some gigabytes may come in one request, as slowly as `docker push` compresses it.
  server.requestTimeout = 0
  return server
}

/** Longer than any client pauses between two polls: with node's 5 s a request can meet the connection's end. */
const keepAlive = 120_000

async function respond(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  options: ServerOptions,
): Promise<void> {
  const outcome = await answer(request, options).catch(bugReply)
  // Nothing is said to a client that is gone, or that a fault leaves hanging.
  if (outcome === 'silence' || response.destroyed) return
  if (outcome === 'disconnect') {
    response.destroy()
    return
  }
  const { status, headers, body } = outcome
  const isStream = body instanceof Readable
  response.writeHead(status, {
    date: new Date(options.clock.now()).toUTCString(),
    'x-amzn-requestid': randomUUID(),
    ...(isStream ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  })
  if (isStream) await pipeline(body, response).catch(unlessGone)
  else response.end(body)
}

/** A client that has seen enough breaks off. */
function unlessGone(error: unknown): void {
  if (!isRecord(error) || error['code'] !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}

async function answer(request: http.IncomingMessage, options: ServerOptions): Promise<Outcome> {
  toOriginForm(request)
  const { method = '', headers, socket } = request
  if (isOurs(headers.host, { socket, traffic: options.traffic })) return answerUser(request, options)
  if (!isOurHost(headers.host, socket)) return text(403, 'The sandbox answers only to its own address.\n')
  const path = request.url?.split('?')[0] ?? '/'
  if (/^\/v2(\/|$)/.test(path)) return options.registry(request)
  const body = await readBody(request)
  if (body === undefined) return text(413, 'The request is too large.\n')
  if (path.startsWith('/_tapit/')) {
    return options.control?.({ method, path, headers, body }) ?? text(404, 'Not found.\n')
  }
  const route = method === 'POST' ? routeOf({ path, headers, body }, services) : undefined
  if (route === undefined) return unknownService(headers)
  const protocol = await protocolOf(route)
  return perform({ route, protocol, body, authorization: headers.authorization, options })
}

/** `GET http://host/path`, as to a proxy: what it names counts, and not its Host. https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 */
function toOriginForm(request: http.IncomingMessage): void {
  const [, host, rest] = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(request.url ?? '') ?? []
  if (host === undefined || rest === undefined) return
  request.headers.host = host
  request.url = rest.startsWith('/') ? rest : `/${rest}`
}

type OursOptions = { readonly socket: Socket; readonly traffic: Traffic }

/** A name below `localhost` that a load balancer of ours has: nobody else can make it point here. */
function isOurs(host: string | undefined, { socket, traffic }: OursOptions): host is string {
  return host !== undefined && host.endsWith(`.elb.localhost:${socket.localPort}`) && traffic.knows(host)
}

/** A user's request, through a load balancer to a task. */
async function answerUser(
  { method = '', headers, url = '/', socket }: http.IncomingMessage,
  { traffic, before, pause }: ServerOptions,
): Promise<Outcome> {
  before()
  const { latency, answer } = traffic.take({
    method,
    url,
    host: headers.host ?? '',
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(', ')]),
    ),
    sourceIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  })
  if (latency > 0) {
    await pause(latency)
    before()
  }
  return answer()
}

/** A web page's request comes from another name that was made to point here (DNS rebinding). */
function isOurHost(host: string | undefined, { localPort }: Socket): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some(name => host?.toLowerCase() === `${name}:${localPort}`)
}

type Performance = {
  readonly route: Route
  readonly protocol: Protocol
  readonly body: Buffer
  readonly authorization: string | undefined
  readonly options: ServerOptions
}

/** One operation, from its authorization to its answer or error, noted in the journal. */
async function perform({ route, protocol, body, authorization, options }: Performance): Promise<Outcome> {
  const { region, clock, faults, load } = options
  const { service: description, operation: name } = route
  const { id } = description
  const entry = faults.record({ at: clock.now(), service: id, operation: name })
  let service: Service | undefined
  try {
    const identity = identityOf(authorization)
    authorize(identity, { region, action: `${id}:${name}` })
    const caller = { accessKeyId: identity?.accessKeyId ?? '' }
    service = await load(id)
    const call =
      'call' in service
        ? rawCall(service, { route, body })
        : schemaCall(service, { route, protocol, body, caller })
    entry.input = call.input
    const effect = faults.strike({ service: id, operation: name, input: call.input })
    if (effect === 'hang') return 'silence'
    await suffer(effect, `${id}:${name}`)
    options.before()
    const reply = await call.carryOut()
    options.after?.(name)
    return effect === 'lose-answer' ? 'disconnect' : noted(entry, reply)
  } catch (error) {
    const known = error instanceof AwsError ? error : bug(error, route)
    entry.error = known.name
    const errors = service !== undefined && 'errors' in service ? service.errors : undefined
    return noted(entry, protocol.error(wireError(known, errors)))
  }
}

/** A request that was understood. */
type Call = { readonly input: unknown; carryOut(): Promise<Reply> }

type CallOptions = Pick<Performance, 'route' | 'protocol' | 'body'> & { readonly caller: Caller }

function schemaCall(service: SchemaService, { route, protocol, body, caller }: CallOptions): Call {
  const operation = service.operations.get(route.operation)
  if (operation === undefined) throw unknownOperation(route)
  const { schema, handle } = operation
  const input = checked(schema.input, protocol.read(schema, body), { invalid: route.service.invalidRequest })
  return { input, carryOut: async () => protocol.answer(schema, (await handle(input, caller)) ?? {}) }
}

function rawCall(service: RawService, { route, body }: Pick<CallOptions, 'route' | 'body'>): Call {
  const input = parsedJson(body)
  if (!isRecord(input))
    throw new AwsError('SerializationException', 'Start of structure or map found where not expected')
  return {
    input,
    carryOut: async () => {
      const output = await service.call(route.operation, input)
      if (output === undefined) throw unknownOperation(route)
      const text = JSON.stringify(output)
      // The SDKs of DynamoDB check this; nobody else sends it.
      const checksum = { 'x-amz-crc32': String(crc32(text)) }
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.0', ...checksum },
        body: text,
      }
    },
  }
}

function noted(entry: JournalEntry, reply: Reply): Reply {
  entry.status = reply.status
  return reply
}

function unknownOperation({ service, operation, protocol }: Route): AwsError {
  const reason =
    protocol === 'query' ? `Could not find operation ${operation}` : `${operation} is not an operation`
  return new AwsError(
    'UnknownOperationException',
    `${reason} that the sandbox implements for ${service.title}.`,
  )
}

function bug(error: unknown, { service, operation }: Route): AwsError {
  console.error(`The sandbox failed at ${service.id} ${operation}:`, error)
  return new AwsError('InternalFailure', `The sandbox has a bug: ${String(error)}`)
}

function unknownService(headers: http.IncomingHttpHeaders): Reply {
  const service = /Credential=[^\s,]*\/([^/\s,]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1]
  const named = service === undefined ? 'this service' : `the service '${service}'`
  const ours = services.map(({ id }) => id).join(', ')
  const message = `The sandbox does not implement ${named}; it has ${ours}.`
  return {
    status: 404,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: 'UnknownOperationException', message }),
  }
}

function bugReply(error: unknown): Reply {
  console.error(error)
  return text(500, 'InternalFailure\n')
}

function text(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/plain' }, body }
}
