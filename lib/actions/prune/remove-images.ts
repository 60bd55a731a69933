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
  for (const wave of removalOrder(goingOf(plan.verdicts), facts.parts)) {
    for (const batch of batches(wave, imagesPerCall)) {
      const going = await stillGoing(plan, means, refused)
      const now = batch.filter(({ digest }) => going.has(digest))
      if (now.length === 0) continue
      const answer = await means.imageStore.remove(
        repository,
        now.map(({ digest }) => digest),
      )
      removed.push(...now.filter(({ digest }) => answer.removed.includes(digest)))
      refused.push(...answer.kept)
    }
  }
}

/** Another deploy may have resolved one of them since. What ECR refused stays, and so do its parts. */
async function stillGoing(
  { repository, facts, histories, keep }: PlannedRepository,
  means: Means,
  refused: Removal['refused'],
): Promise<ReadonlySet<string>> {
  const present = await inParallel(histories, readsAtOnce, history => lookedAgain(history, means))
  const uses = present.flatMap(each => recordedUses({ ...each, repository, keep }).uses)
  const stuck = refused.map(({ digest }) => ({
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
