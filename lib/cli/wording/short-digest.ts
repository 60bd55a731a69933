/** `sha256:9f2c41d0`: enough for people to tell images apart. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hash] = digest.split(':')
  return hash === undefined ? digest.slice(0, 15) : `${algorithm}:${hash.slice(0, 8)}`
}
