/** The eight that people see (short-digest.ts) can be had for another image by trying: these cannot. */
const digits = 16

/** `sha256:68ca70f70d1c8a4e`: enough of a digest to be held to it. */
export function digestPrefix(digest: string): string {
  const [algorithm = '', hash = ''] = digest.split(':')
  return `${algorithm}:${hash.slice(0, digits)}`
}
