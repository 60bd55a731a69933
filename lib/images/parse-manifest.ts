import { type Platform, platformName } from './platform-name.ts'

/** What is read of a manifest, OCI's or Docker's: an image for one platform, or the index of several. */
export type Manifest =
  | {
      readonly is: 'image'
      readonly config?: Descriptor
      /** The configuration and all layers, as they are stored: compressed. */
      readonly sizeInBytes: number
    }
  | { readonly is: 'index'; readonly children: readonly IndexChild[] }

export type Descriptor = { readonly digest: string; readonly mediaType?: string }

export type IndexChild = {
  readonly digest: string
  readonly platform?: string
  /** What is said of an image (provenance, an SBOM): nothing that runs. */
  readonly isAttestation: boolean
}

/** Takes the text of a manifest apart; absent where it is none. */
export function parseManifest(text: string): Manifest | undefined {
  const { manifests, config, layers } = contentOf(text)
  if (Array.isArray(manifests)) return { is: 'index', children: manifests.flatMap(childOf) }
  if (!config) return undefined
  const sizeInBytes = [config, ...(layers ?? [])].reduce((sum, { size = 0 }) => sum + size, 0)
  const { digest, mediaType } = config
  return {
    is: 'image',
    sizeInBytes,
    ...(digest !== undefined && {
      config: { digest, ...(mediaType !== undefined && { mediaType }) },
    }),
  }
}

/** Programs in Go write `null` for a list that is empty. */
type Written = {
  readonly manifests?: readonly WrittenDescriptor[] | null
  readonly config?: WrittenDescriptor | null
  readonly layers?: readonly WrittenDescriptor[] | null
}

type WrittenDescriptor = {
  readonly digest?: string
  readonly mediaType?: string
  readonly size?: number
  readonly platform?: Platform | null
  readonly annotations?: Readonly<Record<string, string>> | null
}

function contentOf(text: string): Written {
  try {
    // A registry takes nothing that is not of this shape.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    return (JSON.parse(text) ?? {}) as Written
  } catch {
    return {}
  }
}

function childOf({ digest, platform, annotations }: WrittenDescriptor): IndexChild[] {
  if (digest === undefined) return []
  const name = platformName(platform ?? {})
  const isAttestation =
    annotations?.[attestationKey] !== undefined || (platform?.os === 'unknown' && name === undefined)
  return [{ digest, isAttestation, ...(name !== undefined && { platform: name }) }]
}

/** https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md */
const attestationKey = 'vnd.docker.reference.type'
