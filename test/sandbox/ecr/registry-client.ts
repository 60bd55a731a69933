import { digestOf } from '../../../lib/sandbox/ecr/digest-of.ts'
import { registryToken } from '../../../lib/sandbox/ecr/registry/token.ts'

const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const indexType = 'application/vnd.oci.image.index.v1+json'

export type PushedManifest = { readonly text: string; readonly digest: string; readonly type: string }

export type ImageParts = {
  readonly layers?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  /** @default 'amd64' */
  readonly architecture?: string
}

export type Sent = {
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type RegistryClient = {
  /** The header that lets a request in. */
  authorization(): string
  /** Any request, with a token that is good. */
  send(path: string, request?: Sent): Promise<Response>
  upload(repository: string, content: string): Promise<Response>
  putManifest(repository: string, manifest: PushedManifest, reference?: string): Promise<Response>
  /** As `docker push` does it: layers, configuration, manifest. */
  push(repository: string, tag: string, parts?: ImageParts): Promise<PushedManifest>
}

/** Speaks the registry's protocol with fetch alone. */
export function registryClient(url: string, { now }: { now(): number }): RegistryClient {
  const authorization = () => `Basic ${registryToken({ expiresAt: now() + 1000 })}`
  const send: RegistryClient['send'] = (path, { headers = {}, ...request } = {}) =>
    fetch(new URL(path, url), { ...request, headers: { authorization: authorization(), ...headers } })
  const upload: RegistryClient['upload'] = async (repository, content) => {
    const begun = await send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' })
    const location = begun.headers.get('location') ?? ''
    const moved = await send(location, { method: 'PATCH', body: content })
    const next = moved.headers.get('location') ?? ''
    return send(`${next}?digest=${digestOf(content)}`, { method: 'PUT' })
  }
  const putManifest: RegistryClient['putManifest'] = (
    repository,
    { text, type, digest },
    reference = digest,
  ) =>
    send(`/v2/${repository}/manifests/${reference}`, {
      method: 'PUT',
      body: text,
      headers: { 'content-type': type },
    })
  return {
    authorization,
    send,
    upload,
    putManifest,
    push: async (repository, tag, parts = {}) => {
      const { config, layers, manifest } = imageOf(parts)
      for (const content of [config, ...layers]) await upload(repository, content)
      const { status } = await putManifest(repository, manifest, tag)
      if (status !== 201) throw new Error(`the manifest was answered with ${status}`)
      return manifest
    },
  }
}

export function imageOf({ layers = ['a layer'], labels = {}, architecture = 'amd64' }: ImageParts = {}) {
  const config = JSON.stringify({ architecture, os: 'linux', config: { Labels: labels } })
  const descriptor = (mediaType: string, content: string) => ({
    mediaType,
    digest: digestOf(content),
    size: Buffer.byteLength(content),
  })
  const manifest = manifestOf(manifestType, {
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: layers.map(layer => descriptor('application/vnd.oci.image.layer.v1.tar+gzip', layer)),
  })
  return { config, layers, manifest }
}

/** An index as `docker buildx` makes it, of images that were pushed; `platforms` are of the same order. */
export function indexOf(images: readonly PushedManifest[], platforms: readonly string[]): PushedManifest {
  const manifests = images.map(({ text, digest, type }, index) => {
    const [os, architecture] = (platforms[index] ?? 'unknown/unknown').split('/')
    return { mediaType: type, digest, size: Buffer.byteLength(text), platform: { os, architecture } }
  })
  return manifestOf(indexType, { manifests })
}

function manifestOf(type: string, content: object): PushedManifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType: type, ...content })
  return { text, digest: digestOf(text), type }
}
