import { Refusal } from '../names/refusal.ts'
import { longestDockerTag } from './check-docker-tag.ts'

/** What an image is built out of, as far as its name goes. */
export type TagSource = {
  /** The version as people call it (`tag=`), or a Git tag of the commit. */
  readonly tag?: string
  readonly branch?: string
  /** 40 hexadecimal digits. */
  readonly commit?: string
  readonly isDirty: boolean
}

/** As few as Git itself cuts a commit to. A shorter name that begins as the commit does does so by chance: tag=2. */
const leastDigits = 7
/** As many digits as nobody's repository needs to tell its commits apart. */
const commitDigits = 16
const dirtyEnding = '-dirty'

/**
 * The tag of an image that nobody named: `<tag or branch>-<16 digits of the commit>`, and `-dirty` where more than the commit is in it.
 * The same source gets the same tag. Two builds of uncommitted work on one commit do too: where tags are immutable, the second is refused.
 */
export function automaticTag({ tag, branch, commit, isDirty }: TagSource): string {
  const ending = isDirty ? dirtyEnding : ''
  if (commit === undefined) return refuseNameless()
  const digits = commit.slice(0, commitDigits)
  const name = [tag, branch].find(each => each !== undefined && each !== '') ?? ''
  // Of a commit that was asked for by its digits, they would stand there twice.
  if (name.length >= leastDigits && commit.startsWith(name)) return `${digits}${ending}`
  const room = longestDockerTag - commitDigits - ending.length - 1
  const cleaned = cleanedName(name, room)
  return cleaned === '' ? `${digits}${ending}` : `${cleaned}-${digits}${ending}`
}

/** `feature/x` → `feature-x`; it begins with what a tag may begin with. */
function cleanedName(name: string, room: number): string {
  return name
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, room)
    .replace(/[.-]+$/, '')
}

function refuseNameless(): never {
  throw new Refusal({
    code: 'no_docker_tag',
    exit: 'usage',
    message: 'what is the image to be called? The folder is not in a Git repository with a commit.',
    advice:
      'Name it with docker_tag=…, or commit the folder to Git: then it is called after its branch and commit.',
  })
}
