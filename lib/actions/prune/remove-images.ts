import type { StoredImage } from '../../images/ports.ts'
import { recordedUses } from '../../images/recorded-uses.ts'
import { removalOrder } from '../../images/removal-order.ts'
import { retention } from '../../images/retention.ts'
import { batches, inParallel } from '../batches.ts'
import type { Ports } from '../ports.ts'
import { lookedAgain } from './app-history.ts'
import { goingOf, type PlannedRepository } from './repository-plan.ts'

/** What has become of the images so far: it is told even if not all of it could be done. */
export type Removal = {
  readonly removed: StoredImage[]
  /** What ECR does not give up, and why. */
  readonly refused: { readonly digest: string; readonly why: string }[]
}

type Means = Pick<Ports, 'imageStore' | 'records' | 'clock'>

const imagesPerCall = 100
const readsAtOnce = 5

/** Deletes what has no reason to stay, indexes before their parts, and looks before each call whether somebody needs it by now. */
export async function removeImages(
  plan: PlannedRepository,
  means: Means,
  { removed, refused }: Removal,
): Promise<void> {
  const { repository, facts } = plan
  const staying = new Set<string>()
  for (const wave of removalOrder(goingOf(plan.verdicts), facts.parts)) {
    for (const batch of batches(wave, imagesPerCall)) {
      for (const digest of await newlyNamed(repository, batch, means)) staying.add(digest)
      const going = await stillGoing(plan, means, staying)
      const now = batch.filter(({ digest }) => going.has(digest))
      if (now.length === 0) continue
      const answer = await means.imageStore.remove(
        repository,
        now.map(({ digest }) => digest),
      )
      removed.push(...now.filter(({ digest }) => answer.removed.includes(digest)))
      refused.push(...answer.kept)
      for (const { digest } of answer.kept) staying.add(digest)
    }
  }
}

/**
 * Whoever has given an image one more tag since wants it to be there. When it was pulled says nothing by now: what consists of others was
 * read meanwhile, which counts as a pull.
 */
async function newlyNamed(
  repository: string,
  images: readonly StoredImage[],
  { imageStore }: Means,
): Promise<readonly string[]> {
  const known = new Map(images.map(({ digest, tags }) => [digest, tags]))
  const present = await imageStore.described(repository, [...known.keys()])
  return present.flatMap(({ digest, tags }) =>
    tags.some(tag => known.get(digest)?.includes(tag) !== true) ? digest : [],
  )
}

/** Another deploy may have resolved one of them since. What ECR refused, or somebody gave a name, stays, and so do its parts. */
async function stillGoing(
  { repository, facts, histories, keep }: PlannedRepository,
  means: Means,
  staying: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const present = await inParallel(histories, readsAtOnce, history => lookedAgain(history, means))
  const uses = present.flatMap(each => recordedUses({ ...each, repository, keep }).uses)
  const stuck = [...staying].map(digest => ({
    image: { digest },
    reason: { is: 'running', in: repository } as const,
  }))
  const verdicts = retention({
    ...facts,
    uses: [...facts.uses, ...uses, ...stuck],
    now: means.clock.now(),
  })
  return new Set(goingOf(verdicts).map(({ digest }) => digest))
}
