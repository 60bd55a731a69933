export type Platform = { readonly os?: string; readonly architecture?: string; readonly variant?: string }

/** `linux/amd64`; absent for what runs nowhere: attestations, which buildx adds to an index, are `unknown/unknown`. */
export function platformName({
  os = 'unknown',
  architecture = 'unknown',
  variant,
}: Platform): string | undefined {
  if (os === 'unknown' || architecture === 'unknown') return undefined
  // `v8` is what every arm64 is.
  const isPlain = variant === undefined || variant === '' || (architecture === 'arm64' && variant === 'v8')
  return isPlain ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`
}
