import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DescribeRepositoriesCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr'
import {
  type Fault,
  faultyRegistry,
  type PushedManifest,
  type Registry,
  type RegistryRequest,
} from './registry.ts'

export type MirrorOptions = {
  /** The registry that has the images: any that speaks Docker's protocol. */
  readonly upstream: Pick<Registry, 'host' | 'username' | 'password'>
  /** The endpoint whose ECR is told of them. It may be started later. */
  readonly ecrUrl: string
  readonly region: string
  /** Asked before each request. @default - nothing fails */
  readonly fault?: (request: RegistryRequest) => Fault | undefined | Promise<Fault | undefined>
  /** Called once the registry has a manifest, before ECR and whoever pushed it hear of it. @default - nothing is done */
  readonly onManifest?: (pushed: PushedManifest) => Promise<void>
}

/** A real registry that stands where ECR's would: what is pushed through it is in ECR's API too, under the same digest. */
export type Mirror = {
  /** `127.0.0.1:41234`: where to push. */
  readonly host: string
  /** Below it, `/REPOSITORY/DIGEST` is a layer, without credentials, as a presigned URL of S3 gives it. */
  readonly layersUrl: string
  readonly requests: readonly RegistryRequest[]
  close(): Promise<void>
}

export async function openMirror({
  upstream,
  ecrUrl,
  region,
  fault,
  onManifest,
}: MirrorOptions): Promise<Mirror> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const ecr = new ECRClient({ endpoint: ecrUrl, region, credentials })
  const proxy = await faultyRegistry({
    upstream: upstream.host,
    fault: async request => (await fault?.(request)) ?? unknownRepository(ecr, request),
    onManifest: async pushed => {
      await onManifest?.(pushed)
      await register(ecr, pushed)
    },
  })
  const layers = await layerServer(upstream)
  return {
    host: proxy.host,
    layersUrl: `http://127.0.0.1:${layers.port}`,
    requests: proxy.requests,
    close: async () => {
      ecr.destroy()
      await Promise.all([proxy.close(), layers.close()])
    },
  }
}

/** A registry makes a repository at the first push to it; ECR refuses. */
async function unknownRepository(
  ecr: ECRClient,
  { method, path }: RegistryRequest,
): Promise<Fault | undefined> {
  const [, name] = /^\/v2\/(.+)\/(?:blobs\/uploads|manifests)\//.exec(path) ?? []
  if (name === undefined || !['POST', 'PUT'].includes(method)) return undefined
  try {
    await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))
    return undefined
  } catch (error) {
    if (!isNamed(error, 'RepositoryNotFoundException')) throw error
    const message = `The repository with name '${name}' does not exist in the registry`
    return { status: 404, code: 'NAME_UNKNOWN', message }
  }
}

/** The images of an index come by digest, before it: they have no tag. */
async function register(ecr: ECRClient, { repository, reference, manifest }: PushedManifest): Promise<void> {
  const isDigest = reference.startsWith('sha256:')
  try {
    await ecr.send(
      new PutImageCommand({
        repositoryName: repository,
        imageManifest: manifest.text,
        imageManifestMediaType: manifest.mediaType,
        imageDigest: manifest.digest,
        ...(isDigest ? {} : { imageTag: reference }),
      }),
    )
  } catch (error) {
    if (!isNamed(error, 'ImageAlreadyExistsException')) throw error
  }
}

type LayerServer = { readonly port: number; close(): Promise<void> }

async function layerServer(upstream: MirrorOptions['upstream']): Promise<LayerServer> {
  const server = createServer((request, response) => {
    answerLayer(request, { response, upstream }).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, close: () => closed(server) }
}

type LayerExchange = { readonly response: ServerResponse; readonly upstream: MirrorOptions['upstream'] }

async function answerLayer(request: IncomingMessage, { response, upstream }: LayerExchange): Promise<void> {
  const { host, username, password } = upstream
  const [, repository, digest] = /^\/(.+)\/(sha256:[0-9a-f]{64})$/.exec(request.url ?? '') ?? []
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const found = await fetch(`http://${host}/v2/${repository}/blobs/${digest}`, { headers: { authorization } })
  response.writeHead(found.status, { 'content-type': 'application/octet-stream' })
  if (found.body === null) response.end()
  else await pipeline(Readable.fromWeb(found.body), response)
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>(resolve => {
    server.close(() => resolve())
  })
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}
