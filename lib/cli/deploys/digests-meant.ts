import { Refusal } from '../../names/refusal.ts'

/** `image=`: how the digests begin of what is approved. Fewer digits than people are shown say too little. */
export function digestsMeant(image: string): readonly string[] {
  return image.split(',').map(each => {
    const [, digits] = /^(?:sha256:)?([\da-f]{8,64})$/.exec(each.trim()) ?? []
    if (digits === undefined) throw noDigest(each)
    return `sha256:${digits}`
  })
}

function noDigest(image: string): Refusal {
  return new Refusal({
    code: 'bad_image',
    exit: 'usage',
    message: `image=${image} is no digest: sha256: and 8 to 64 of its hexadecimal digits are allowed.`,
    advice:
      'Take the digest of what you have looked at; tapit show image docker_tag=… shows the whole of it.',
  })
}
