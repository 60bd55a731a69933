import type { Deployment } from '../../deployment/deployment.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

/** The tag of a deployment that waits names another image in its repository by now. */
export type MovedTag = {
  readonly id: string
  readonly process: string
  readonly dockerTag: string
  /** What waits to be brought. */
  readonly imageDigest: string
  /** What the tag names. */
  readonly tagDigest: string
}

/**
 * Of what waits for an approval, or to be started after that: people know an image by its tag, and the digest is what counts. Nothing of
 * those whose repository cannot be read.
 */
export async function movedTags(
  deployments: readonly Deployment[],
  { images }: Pick<Ports, 'images'>,
): Promise<readonly MovedTag[]> {
  const waiting = deployments.filter(({ state }) => state.is === 'awaiting_approval')
  const moved = await Promise.all(
    waiting.map(async ({ id, process, repository, dockerTag, imageDigest }): Promise<MovedTag[]> => {
      if (imageDigest === undefined || dockerTag.startsWith('sha256:')) return []
      const image = await images.find(repository, { tag: dockerTag }).catch(unreadable)
      if (image === undefined || image.digest === imageDigest) return []
      return [{ id, process, dockerTag, imageDigest, tagDigest: image.digest }]
    }),
  )
  return moved.flat()
}

/** The same as warnings. */
export async function* toldOfMovedTags(
  stored: readonly Stored<Deployment>[],
  { images, clock }: Pick<Ports, 'images' | 'clock'>,
): AsyncGenerator<DeployEvent, void, void> {
  const records = stored.map(({ record }) => record)
  for (const moved of await movedTags(records, { images }))
    yield { is: 'warned', at: clock.now(), warning: { is: 'tag_moved', ...moved } }
}

function unreadable(error: unknown): undefined {
  if (!(error instanceof Trouble)) throw error
  return undefined
}
