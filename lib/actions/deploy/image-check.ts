import { askedOnce } from '../asked-once.ts'
import type { Image, Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

/** Whether an image can still be pulled. */
export type ImageCheck = (image: PinnedImage) => Promise<'there' | 'gone' | 'archived'>

export type PinnedImage = { readonly repository: string; readonly digest: string }

/** Processes that share an image are asked for with one call where they come this close together, in milliseconds. */
const fresh = 5_000

/** Looks an image up once more before ECS is asked for it: minutes may have passed, and somebody may tidy up the repository. */
export function imageCheck({ images, clock }: Pick<Ports, 'images' | 'clock'>): ImageCheck {
  return askedOnce(
    async ({ repository, digest }: PinnedImage) =>
      standing(await images.find(repository, { digest }).catch(unlessMissing)),
    { clock, keyOf: ({ repository, digest }) => `${repository}@${digest}`, fresh },
  )
}

function standing(image: Image | undefined): 'there' | 'gone' | 'archived' {
  if (image === undefined) return 'gone'
  return image.status === 'ARCHIVED' ? 'archived' : 'there'
}

/** The whole repository may be gone. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Trouble && error.kind === 'missing') return undefined
  throw error
}
