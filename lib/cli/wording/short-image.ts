/** `…/shop@sha256:9f2c41d0` of an image with its registry and full digest; anything else stays as it is. */
export function shortImage(image: string): string {
  const match = /^[^/\s]+\/(.+)@(sha256:[0-9a-f]{8})[0-9a-f]+$/.exec(image)
  return match === null ? image : `…/${match[1]}@${match[2]}`
}
