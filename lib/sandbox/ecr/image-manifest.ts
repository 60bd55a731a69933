import { behaviourAnnotation, exitCodeAnnotation, logAnnotation, onceLogAnnotation } from './annotations.ts'
import type { Behaviour } from './behaviour.ts'
import { digestOf } from './digest-of.ts'
import { configType, indexType, manifestType } from './manifest.ts'

export type ImageOptions = {
  /** What it does in every process that `behaviours` does not name. @default 'ok' */
  readonly behaviour?: Behaviour
  /** What it does in one process, by the process's name. @default - as `behaviour` says */
  readonly behaviours?: Readonly<Record<string, Behaviour>>
  /** Lines that it logs in every process that `logs` does not name. @default - what its behaviour logs */
  readonly log?: readonly string[]
  /** Lines that it logs in one process, by the process's name. @default - as `log` says */
  readonly logs?: Readonly<Record<string, readonly string[]>>
  /** What a command comes to that is run with it once. @default - 0, and a line that says what was run */
  readonly once?: { readonly exitCode?: number; readonly log?: readonly string[] }
  /** @default 'linux/amd64'; 'linux/arm64' where the behaviour is `wrong-arch` */
  readonly platform?: string
  /** Makes this image's digest differ from an equal one's. @default '' */
  readonly salt?: string
}

export type Image = {
  /** The text to push: an image's digest is its hash. */
  readonly manifest: string
  readonly mediaType: string
  readonly digest: string
}

/** The manifest of an image for one platform. Its configuration is embedded, so nothing else needs uploading. */
export function imageManifest(options: ImageOptions = {}): Image {
  const {
    behaviour,
    platform = behaviour === 'wrong-arch' ? 'linux/arm64' : 'linux/amd64',
    salt = '',
  } = options
  const [os = '', architecture = ''] = platform.split('/')
  const config = JSON.stringify({
    architecture,
    os,
    config: { Labels: { salt } },
    rootfs: { type: 'layers', diff_ids: [] },
  })
  return image(manifestType, {
    config: embedded(configType, config),
    layers: [embedded('application/vnd.oci.empty.v1+json', '{}')],
    annotations: annotationsOf(options),
  })
}

export type ImageIndex = Image & {
  /** The images for each platform; a registry wants them before their index. */
  readonly children: readonly Image[]
}

/** An image for several platforms, as buildx pushes it: an index and one manifest a platform. */
export function imageIndex(options: ImageOptions & { readonly platforms: readonly string[] }): ImageIndex {
  const children = options.platforms.map(platform => ({
    platform,
    ...imageManifest({ ...options, platform }),
  }))
  const manifests = children.map(({ platform, manifest, mediaType, digest }) => {
    const [os, architecture] = platform.split('/')
    return { mediaType, digest, size: Buffer.byteLength(manifest), platform: { architecture, os } }
  })
  return { ...image(indexType, { manifests, annotations: annotationsOf(options) }), children }
}

function annotationsOf({
  behaviour,
  behaviours = {},
  log,
  logs = {},
  once = {},
}: ImageOptions): Record<string, string> {
  return {
    ...(once.exitCode === undefined ? {} : { [exitCodeAnnotation]: String(once.exitCode) }),
    ...(once.log === undefined ? {} : { [onceLogAnnotation]: once.log.join('\n') }),
    ...(behaviour === undefined ? {} : { [behaviourAnnotation()]: behaviour }),
    ...mapped(behaviours, (process, its) => [behaviourAnnotation(process), its]),
    ...(log === undefined ? {} : { [logAnnotation()]: log.join('\n') }),
    ...mapped(logs, (process, lines) => [logAnnotation(process), lines.join('\n')]),
  }
}

function mapped<T>(record: Readonly<Record<string, T>>, entry: (key: string, value: T) => [string, string]) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => entry(key, value)))
}

function embedded(mediaType: string, content: string) {
  return {
    mediaType,
    digest: digestOf(content),
    size: Buffer.byteLength(content),
    data: Buffer.from(content).toString('base64'),
  }
}

function image(mediaType: string, content: Record<string, unknown>): Image {
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, ...content })
  return { manifest, mediaType, digest: digestOf(manifest) }
}
