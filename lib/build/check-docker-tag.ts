import { buildCacheTag } from '../names/aws.ts'
import { Refusal } from '../names/refusal.ts'

/** Characters: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
export const longestDockerTag = 128

/** A `docker_tag=` that can be the tag of an image, or exit code 2 with what is allowed. */
export function checkDockerTag(tag: string): string {
  if (!new RegExp(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,${longestDockerTag - 1}}$`).test(tag)) {
    throw new Refusal({
      code: 'bad_docker_tag',
      exit: 'usage',
      message: `docker_tag="${tag}" cannot be the tag of an image: ${whyNot(tag)}.`,
      advice: `Allowed: 1 to ${longestDockerTag} letters, digits and _ . -, of which the first is none of . and -.`,
    })
  }
  if (tag === buildCacheTag) {
    throw new Refusal({
      code: 'bad_docker_tag',
      exit: 'usage',
      message: `docker_tag="${tag}" cannot be the tag of an image: the build cache of the repository has it.`,
      advice: 'Allowed: any other, such as docker_tag=v1.4.0.',
    })
  }
  return tag
}

function whyNot(tag: string): string {
  if (tag === '') return 'it is empty'
  if (tag.startsWith('sha256:')) return 'it is a digest, and those come about by building'
  if (tag.length > longestDockerTag) return `it has ${tag.length} characters`
  const [wrong] = /[^A-Za-z0-9_.-]/.exec(tag) ?? []
  return wrong === undefined ? `it begins with "${tag.slice(0, 1)}"` : `it has ${JSON.stringify(wrong)} in it`
}
