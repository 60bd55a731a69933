import { randomUUID } from 'node:crypto'
import http from 'node:http'
import type { Socket } from 'node:net'
import type { Faults, JournalEntry } from '../faults.ts'
import type { SandboxClock } from '../world.ts'
import { AwsError } from './aws-error.ts'
import { authorize, denied, expired, identityOf } from './authorization.ts'
import { checked } from './checked.ts'
import type { Protocol, Reply } from './protocol.ts'
import { protocolOf } from './protocol-of.ts'
import { readBody } from './read-body.ts'
import { type Route, routeOf } from './route.ts'
import type { ServiceId } from './service-description.ts'
import type { Service } from './service.ts'
import { services } from './services.ts'
import { wireError } from './wire-error.ts'

export type ServerOptions = {
  readonly region: string
  readonly clock: SandboxClock
  readonly faults: Faults
  /** A service, loaded at its first request. */
  readonly load: Readonly<Record<ServiceId, () => Promise<Service>>>
  /** Runs before every operation: brings the world up to now. */
  readonly before: () => void
  /** Runs after every operation that may have changed something. */
  readonly after?: (operation: string) => void
  /** Answers paths under `/_tapit/`. @default - 404 */
  readonly control?: (request: ControlRequest) => Promise<Reply> | Reply
}

export type ControlRequest = {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** An AWS endpoint for several services at once, on whichever loopback port it is made to listen on. */
export function server(options: ServerOptions): http.Server {
  const { clock } = options
  return http.createServer((request, response) => {
    answer(request, options)
      .catch(bugReply)
      .then(reply => {
        // Nothing is said to a client that is gone, or that a fault leaves hanging.
        if (reply === 'silence' || response.destroyed) return
        if (reply === 'disconnect') return request.socket.destroy()
        response.writeHead(reply.status, {
          date: new Date(clock.now()).toUTCString(),
          'x-amzn-requestid': randomUUID(),
          'content-length': Buffer.byteLength(reply.body),
          ...reply.headers,
        })
        response.end(reply.body)
      })
      .catch((error: unknown) => {
        console.error(error)
        response.destroy()
      })
  })
}

type Outcome = Reply | 'silence' | 'disconnect'

async function answer(request: http.IncomingMessage, options: ServerOptions): Promise<Outcome> {
  const { method = '', headers, socket } = request
  if (!isOurHost(headers.host, socket)) return text(403, 'The sandbox answers only to its own address.\n')
  const body = await readBody(request)
  if (body === undefined) return text(413, 'The request is too large.\n')
  const path = request.url?.split('?')[0] ?? '/'
  if (path.startsWith('/_tapit/')) {
    return options.control?.({ method, path, headers, body }) ?? text(404, 'Not found.\n')
  }
  const route = method === 'POST' ? routeOf({ path, headers, body }, services) : undefined
  if (route === undefined) return unknownService(headers)
  const protocol = await protocolOf(route)
  return perform({ route, protocol, body, authorization: headers.authorization, options })
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
  const { id, title, invalidRequest } = route.service
  const entry = faults.record({ at: clock.now(), service: id, operation: route.operation })
  let service: Service | undefined
  try {
    authorize(identityOf(authorization), { region, action: `${id}:${route.operation}` })
    service = await load[id]()
    const operation = service.operations.get(route.operation)
    if (operation === undefined) throw unknownOperation(title, route)
    const input = checked(operation.schema.input, protocol.read(operation.schema, body), {
      invalid: invalidRequest,
    })
    entry.input = input
    const effect = faults.strike({ service: id, operation: route.operation, input })
    if (effect === 'hang') return 'silence'
    await suffer(effect, `${id}:${route.operation}`)
    options.before()
    const output = (await operation.handle(input)) ?? {}
    options.after?.(route.operation)
    if (effect === 'lose-answer') return 'disconnect'
    return noted(entry, protocol.answer(operation.schema, output))
  } catch (error) {
    const known = error instanceof AwsError ? error : bug(error, route)
    entry.error = known.name
    return noted(entry, protocol.error(wireError(known, service?.errors)))
  }
}

function noted(entry: JournalEntry, reply: Reply): Reply {
  entry.status = reply.status
  return reply
}

async function suffer(effect: ReturnType<Faults['strike']>, action: string): Promise<void> {
  if (effect === undefined) return
  if (effect === 'throttle') throw new AwsError('ThrottlingException', 'Rate exceeded')
  if (effect === 'deny') throw denied(action)
  if (effect === 'expire') throw expired()
  if (typeof effect === 'string') return
  if ('delay' in effect) return new Promise(resolve => setTimeout(resolve, effect.delay))
  if (effect.error === 503) throw new AwsError('ServiceUnavailable', 'Service is unable to handle request.')
  throw new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.')
}

function unknownOperation(title: string, { operation, protocol }: Route): AwsError {
  const reason =
    protocol === 'query' ? `Could not find operation ${operation}` : `${operation} is not an operation`
  return new AwsError('UnknownOperationException', `${reason} that the sandbox implements for ${title}.`)
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
