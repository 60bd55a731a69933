import { checkDockerTag } from '../../build/check-docker-tag.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Image, Ports } from '../ports.ts'

/** The image that a tag names, a digest, or the beginning of a digest as lists show it; absent where there is none. */
export async function lookUpImage(
  repository: string,
  said: string,
  { images, imageStore }: Pick<Ports, 'images' | 'imageStore'>,
): Promise<Image | undefined> {
  if (!said.startsWith('sha256:')) return images.find(repository, { tag: checkDockerTag(said) })
  if (/^sha256:[0-9a-f]{64}$/.test(said)) return images.find(repository, { digest: said })
  if (!/^sha256:[0-9a-f]{6,63}$/.test(said)) {
    throw new Refusal({
      code: 'bad_digest',
      exit: 'usage',
      message: `docker_tag="${said}" is no digest.`,
      advice: 'A digest is sha256: and 64 hexadecimal digits, or at least the first 6 of them.',
    })
  }
  return beginningWith(said, repository, imageStore)
}

async function beginningWith(
  beginning: string,
  repository: string,
  store: Ports['imageStore'],
): Promise<Image | undefined> {
  const found: Image[] = []
  let next: string | undefined
  do {
    const page = await store.page(repository, next)
    found.push(...page.images.filter(({ digest }) => digest.startsWith(beginning)))
    next = page.next
  } while (next !== undefined)
  const [only, second] = found
  if (second === undefined) return only
  throw new Refusal({
    code: 'ambiguous_digest',
    exit: 'usage',
    message: `${found.length} images of ${repository} have digests that begin with ${beginning}.`,
    advice: 'Give more of the digest, or a tag.',
  })
}
