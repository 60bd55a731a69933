import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { startProcess } from './cli.ts'
import { freePort } from './free-port.ts'

const username = 'AWS'
const password = 'registry-password'

/** A registry of its own, empty, with basic authentication as ECR's; gone at the end. */
export type Registry = {
  /** `127.0.0.1:41234` */
  readonly host: string
  readonly username: string
  readonly password: string
  /** The manifest behind a tag or digest; undefined where there is none. */
  manifest(repository: string, reference: string): Promise<Manifest | undefined>
  blob(repository: string, digest: string): Promise<Buffer>
  tags(repository: string): Promise<readonly string[]>
  close(): Promise<void>
}

export type Manifest = { readonly digest: string; readonly mediaType: string; readonly text: string }

/** The real `docker-registry`, on a free port of loopback, or of another address of this machine. */
export async function startRegistry({
  address = '127.0.0.1',
  folder,
}: {
  readonly address?: string
  /** Where the images lie: a file system that is full, say. */
  readonly folder?: string
} = {}): Promise<Registry> {
  const own = await mkdtemp(join(tmpdir(), 'docker-registry-'))
  const host = `${address}:${await freePort()}`
  // The cheapest hash that bcrypt knows: every request is checked.
  const users = await startProcess('htpasswd', ['-nbBC', '4', username, password], { env: {} }).ended
  await writeFile(join(own, 'htpasswd'), users.stdout)
  await writeFile(
    join(own, 'registry.json'),
    JSON.stringify(settings(host, folder ?? join(own, 'images'), own)),
  )
  const server = startProcess('docker-registry', ['serve', join(own, 'registry.json')], { env: {} })
  await vi.waitUntil(() => isUp(host), { timeout: 60_000, interval: 50 })
  const get = (path: string): Promise<Response> =>
    fetch(`http://${host}/v2/${path}`, {
      headers: { authorization: basic, accept: manifestTypes.join(', ') },
    })
  return {
    host,
    username,
    password,
    manifest: async (repository, reference) => {
      const response = await get(`${repository}/manifests/${reference}`)
      if (!response.ok) return undefined
      const text = await response.text()
      return { digest: digestOf(text), mediaType: response.headers.get('content-type') ?? '', text }
    },
    blob: async (repository, digest) =>
      Buffer.from(await (await get(`${repository}/blobs/${digest}`)).arrayBuffer()),
    tags: async repository => {
      const response = await get(`${repository}/tags/list`)
      if (!response.ok) return []
      const { tags } = (await response.json()) as { readonly tags: readonly string[] | null }
      return tags ?? []
    },
    close: async () => {
      server.kill('SIGTERM')
      await server.ended
      await rm(own, { recursive: true, force: true })
    },
  }
}

/** JSON is YAML too. */
function settings(host: string, images: string, own: string): unknown {
  return {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: images }, delete: { enabled: true } },
    // A proxy in front of it keeps its own address in the answers.
    http: { addr: host, relativeurls: true },
    auth: { htpasswd: { realm: 'basic-realm', path: join(own, 'htpasswd') } },
  }
}

const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const manifestTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

async function isUp(host: string): Promise<boolean> {
  try {
    return (await fetch(`http://${host}/v2/`)).status === 401
  } catch {
    return false
  }
}

function digestOf(text: string | Buffer): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

export type RegistryRequest = {
  readonly method: string
  /** `/v2/shop/manifests/v1` */
  readonly path: string
}

/** What is answered instead of the registry: a status, with ECR's error in the body; or nothing, since the connection is cut. */
export type Fault = { readonly status: number; readonly code?: string; readonly message?: string } | 'cut'

export type PushedManifest = {
  readonly repository: string
  /** The tag or digest that it was pushed as. */
  readonly reference: string
  readonly manifest: Manifest
}

export type FaultyRegistry = {
  readonly host: string
  /** Everything that was asked for, in its order. */
  readonly requests: readonly RegistryRequest[]
  close(): Promise<void>
}

/** A proxy in front of a registry that can answer in its place, and says what was pushed. */
export async function faultyRegistry(options: {
  /** `127.0.0.1:5000` */
  readonly upstream: string
  /** Asked before each request; may wait, which holds the request up, and hears of it when whoever asked has gone away. */
  readonly fault?: (
    request: RegistryRequest,
    gone: AbortSignal,
  ) => Fault | undefined | Promise<Fault | undefined>
  /** Called after a manifest was taken, before whoever pushed it hears of it. */
  readonly onManifest?: (pushed: PushedManifest) => void | Promise<void>
}): Promise<FaultyRegistry> {
  const requests: RegistryRequest[] = []
  const server = createServer((incoming, response) => {
    const asked = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' }
    requests.push(asked)
    answer(asked, { incoming, response, ...options }).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { host: `127.0.0.1:${port}`, requests, close: () => closed(server) }
}

type Exchange = Parameters<typeof faultyRegistry>[0] & {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
}

async function answer(asked: RegistryRequest, exchange: Exchange): Promise<void> {
  const { incoming, response, fault } = exchange
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const found = await fault?.(asked, gone.signal)
  if (found === 'cut') return void incoming.socket.destroy()
  // Whoever asked may have gone away in the meantime.
  if (gone.signal.aborted) return
  if (found === undefined) return forward(asked, exchange)
  incoming.resume()
  const { status, code = 'UNKNOWN', message = `asked for ${status}` } = found
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ errors: [{ code, message }] }))
}

async function forward(asked: RegistryRequest, exchange: Exchange): Promise<void> {
  const { incoming, response, upstream, onManifest } = exchange
  const manifest = /^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^/]+)$/.exec(asked.path)?.groups
  const isPushed = asked.method === 'PUT' && manifest !== undefined
  const body: Buffer[] = []
  const onward = send(`http://${upstream}${asked.path}`, { method: asked.method, headers: incoming.headers })
  if (isPushed) incoming.on('data', (chunk: Buffer) => body.push(chunk))
  incoming.on('error', () => onward.destroy())
  incoming.pipe(onward)
  const [answered] = (await once(onward, 'response')) as [IncomingMessage]
  const status = answered.statusCode ?? 502
  if (isPushed && status < 300) {
    const text = Buffer.concat(body).toString('utf8')
    await onManifest?.({
      repository: manifest['repository'] ?? '',
      reference: decodeURIComponent(manifest['reference'] ?? ''),
      manifest: { digest: digestOf(text), mediaType: incoming.headers['content-type'] ?? '', text },
    })
  }
  response.writeHead(status, answered.headers)
  answered.pipe(response)
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>(resolve => {
    server.close(() => resolve())
  })
}
