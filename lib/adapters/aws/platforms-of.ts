import { parseManifest } from '../../images/parse-manifest.ts'

/** The platforms of an image index, each once: `linux/amd64`; absent for the manifest of a single image. */
export function platformsOf(text: string | undefined): readonly string[] | undefined {
  const manifest = text === undefined ? undefined : parseManifest(text)
  if (manifest?.is !== 'index') return undefined
  return [...new Set(manifest.children.flatMap(({ platform }) => platform ?? []))]
}
