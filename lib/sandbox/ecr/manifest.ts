import { isRecord } from '../is-record.ts'

/** What we read of an image manifest or index (OCI or Docker schema 2); the rest is kept as text. */
export type Manifest = {
  readonly mediaType?: string
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  /** Only in an index: one manifest a platform. */
  readonly manifests?: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

export type Descriptor = {
  readonly mediaType?: string
  readonly digest: string
  readonly size: number
  /** The content itself, base64: OCI lets small ones be embedded. */
  readonly data?: string
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string }
}

export const manifestType = 'application/vnd.oci.image.manifest.v1+json'
export const indexType = 'application/vnd.oci.image.index.v1+json'
export const configType = 'application/vnd.oci.image.config.v1+json'

/** The parsed text, or undefined when it is no manifest. */
export function parseManifest(text: string): Manifest | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(parsed)) return undefined
  const { config, manifests, layers = [], annotations = {}, mediaType } = parsed
  if (mediaType !== undefined && typeof mediaType !== 'string') return undefined
  if (!areDescriptors(layers) || !areStrings(annotations)) return undefined
  if (Array.isArray(manifests)) {
    return areDescriptors(manifests) ? { mediaType, manifests, annotations } : undefined
  }
  return isDescriptor(config) ? { mediaType, config, layers, annotations } : undefined
}

function areDescriptors(value: unknown): value is readonly Descriptor[] {
  return Array.isArray(value) && value.every(isDescriptor)
}

function isDescriptor(value: unknown): value is Descriptor {
  if (!isRecord(value)) return false
  const { digest, size, data } = value
  if (data !== undefined && typeof data !== 'string') return false
  return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) && typeof size === 'number'
}

function areStrings(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(text => typeof text === 'string')
  )
}
