type Platform = { readonly os?: string; readonly architecture?: string; readonly variant?: string }

/** The platforms of an image index, each once: `linux/amd64`; absent for the manifest of a single image. */
export function platformsOf(manifest: string | undefined): readonly string[] | undefined {
  if (manifest === undefined) return undefined
  const { manifests } = JSON.parse(manifest) as { manifests?: readonly { platform?: Platform }[] }
  if (manifests === undefined) return undefined
  return [
    ...new Set(manifests.flatMap(({ platform }) => (platform === undefined ? [] : platformName(platform)))),
  ]
}

/** Attestations, which buildx adds as further children, are `unknown/unknown`. `v8` is what every arm64 is. */
function platformName({ os = 'unknown', architecture = 'unknown', variant }: Platform): string[] {
  if (os === 'unknown' || architecture === 'unknown') return []
  const isPlain = variant === undefined || (architecture === 'arm64' && variant === 'v8')
  return [isPlain ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`]
}
