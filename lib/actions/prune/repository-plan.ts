import { indexesToRead } from '../../images/indexes-to-read.ts'
import { isImmutable } from '../../images/is-immutable.ts'
import { isSameRepository } from '../../images/is-same-repository.ts'
import { parseManifest } from '../../images/parse-manifest.ts'
import type { StoredImage } from '../../images/ports.ts'
import { recordedUses } from '../../images/recorded-uses.ts'
import { type IndexParts, retention, type RetentionFacts, type Verdict } from '../../images/retention.ts'
import { isUsuallyMoving } from '../../images/tag-kinds.ts'
import { Refusal } from '../../names/refusal.ts'
import { repositoryPath } from '../../names/repository-path.ts'
import { batches, inParallel } from '../batches.ts'
import { repositoryUri } from '../services/image-of-process.ts'
import type { Cluster, Ports } from '../ports.ts'
import type { AccountView } from './account-view.ts'
import { type AppHistory, appHistory } from './app-history.ts'
import { repositoryUsers } from './repository-users.ts'

/** What would become of a repository's images, or why nothing may be deleted from it. */
export type RepositoryPlan = PlannedRepository | LeftRepository

export type PlannedRepository = {
  readonly is: 'planned'
  /** URI. */
  readonly repository: string
  /** The largest of all that use it. */
  readonly keep: number
  readonly verdicts: readonly Verdict[]
  /** What the verdicts come from: what began since is looked at right before anything goes. */
  readonly facts: Omit<RetentionFacts, 'now'>
  readonly histories: readonly AppHistory[]
  /** ARNs of revisions that something runs or may go back to. */
  readonly revisions: ReadonlySet<string>
}

export type LeftRepository = {
  readonly is: 'left'
  readonly repository: string
  /** `shared`, `elsewhere`, or the code of the refusal that says why something cannot be told. */
  readonly code: string
  readonly reason: string
}

export type WantedRepository = {
  readonly repository: string
  /** The app that asks: what it keeps is known to it. */
  readonly app: string
  readonly cluster: Cluster
  /** Of that app's processes that use the repository. */
  readonly processes: readonly string[]
  readonly keep: number
}

export type PlanOptions = {
  readonly ports: Pick<Ports, 'imageStore' | 'records' | 'clock'>
  /** Read when it is first needed. */
  readonly account: () => Promise<AccountView>
  /** Stop as soon as it is clear that nothing goes: then not every reason to stay is known. */
  readonly isBrief: boolean
}

const readsAtOnce = 5
const manifestsPerCall = 100

/**
 * Judges a repository, the cheap questions first. Whatever cannot be read leaves all as it is: what is not known to be needless stays.
 */
export async function repositoryPlan(
  wanted: WantedRepository,
  options: PlanOptions,
): Promise<RepositoryPlan> {
  try {
    return await plan(wanted, options)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { is: 'left', repository: wanted.repository, code: error.code, reason: error.message }
  }
}

async function plan(
  wanted: WantedRepository,
  { ports, account, isBrief }: PlanOptions,
): Promise<RepositoryPlan> {
  const { repository, app, processes, keep } = wanted
  const { imageStore } = ports
  // One moment for all verdicts: what was new enough not to be looked into must not be old when it is judged.
  const now = ports.clock.now()
  const left = (code: string, reason: string): LeftRepository => ({ is: 'left', repository, code, reason })
  if (!isOwn(wanted))
    return left('elsewhere', 'it belongs to another account or region, and who uses it there is not known')

  const images = await allImages(repository, imageStore)
  const known = { images, parts: new Map(), uses: [], keep, isMoving: isUsuallyMoving } as const
  const nothing = (facts: Omit<RetentionFacts, 'now'>): boolean =>
    isBrief && goingOf(retention({ ...facts, now })).length === 0
  const done = (
    facts: Omit<RetentionFacts, 'now'>,
    over: Partial<PlannedRepository> = {},
  ): PlannedRepository => ({
    is: 'planned',
    repository,
    keep: facts.keep,
    verdicts: retention({ ...facts, now }),
    facts,
    histories: [],
    revisions: new Set(),
    ...over,
  })
  if (nothing(known)) return done(known)

  const own = await appHistory({ app, processes, repository, keep }, ports)
  const recorded = recordedUses({ ...own, repository, keep })
  if (nothing({ ...known, uses: recorded.uses })) return done({ ...known, uses: recorded.uses })

  if (await imageStore.isShared(repository))
    return left('shared', 'its policy lets others pull from it, and what they run is not known')
  const held = new Set(images.map(({ digest }) => digest))
  const users = await repositoryUsers({ repository, holds: digest => held.has(digest) }, await account())
  const others = users.processes.filter(each => each.app !== app || !processes.includes(each.process))
  const largest = Math.max(keep, ...others.map(each => each.keep ?? 0))
  const histories = await historiesOf(wanted, { own, largest, users: users.processes, ports })
  const all = histories.map(each => recordedUses({ ...each, repository, keep: largest }))
  const facts = {
    ...known,
    uses: [...users.uses, ...all.flatMap(({ uses }) => uses)],
    keep: largest,
    isMoving: await movingTags(repository, imageStore),
  }
  return done(
    { ...facts, parts: await partsOf(repository, { ...facts, now }, imageStore) },
    {
      histories,
      revisions: new Set([...users.revisions, ...all.flatMap(({ revisions }) => [...revisions])]),
    },
  )
}

/** Without a reason to stay. */
export function goingOf(verdicts: readonly Verdict[]): readonly StoredImage[] {
  return verdicts.flatMap(({ image, reasons }) => (reasons.length === 0 ? [image] : []))
}

/** Whether it lies where the cluster is: only there is it known who uses it. */
function isOwn({ repository, cluster }: WantedRepository): boolean {
  return isSameRepository(repository, repositoryUri(repositoryPath(repository), cluster))
}

async function allImages(repository: string, { page }: Ports['imageStore']): Promise<readonly StoredImage[]> {
  const images: StoredImage[] = []
  let next: string | undefined
  do {
    const answer = await page(repository, next)
    images.push(...answer.images)
    next = answer.next
  } while (next !== undefined)
  return images
}

type HistoryOptions = {
  readonly own: AppHistory
  readonly largest: number
  readonly users: readonly { readonly app: string; readonly process: string }[]
  readonly ports: PlanOptions['ports']
}

/** Of all apps that use the repository; the app's own once more where another one keeps more, or other processes of it use it, too. */
async function historiesOf(
  { repository, app, processes, keep }: WantedRepository,
  { own, largest, users, ports }: HistoryOptions,
): Promise<readonly AppHistory[]> {
  const apps = [...new Set([app, ...users.map(each => each.app)])]
  return inParallel(apps, readsAtOnce, async each => {
    const using = users.filter(user => user.app === each).map(({ process }) => process)
    const isKnown = each === app && largest === keep && using.every(process => processes.includes(process))
    if (isKnown) return own
    const all = [...new Set([...using, ...(each === app ? processes : [])])]
    return appHistory({ app: each, processes: all, repository, keep: largest }, ports)
  })
}

/** Those of everybody, and those that the repository excepts from being immutable. */
async function movingTags(
  repository: string,
  { repositories }: Ports['imageStore'],
): Promise<(tag: string) => boolean> {
  const [settings] = await repositories([repository])
  const hasExceptions = settings?.mutability === 'IMMUTABLE_WITH_EXCLUSION'
  return tag => isUsuallyMoving(tag) || (hasExceptions && !isImmutable(settings, tag))
}

/** Of all indexes that decide about others. One that is not given out, being archived, is unreadable. */
async function partsOf(
  repository: string,
  facts: Omit<RetentionFacts, 'parts'>,
  imageStore: Ports['imageStore'],
): Promise<IndexParts> {
  const parts = new Map<string, readonly string[] | 'unreadable'>()
  for (;;) {
    const unread = indexesToRead(retention({ ...facts, parts }), parts)
    if (unread.length === 0) return parts
    const answers = await inParallel(batches(unread, manifestsPerCall), readsAtOnce, batch =>
      imageStore.manifests(
        repository,
        batch.map(digest => ({ digest })),
      ),
    )
    const found = new Map(answers.flat().map(({ digest, text }) => [digest, parseManifest(text)]))
    for (const digest of unread) {
      const manifest = found.get(digest)
      const isRead = manifest?.is === 'index'
      parts.set(digest, isRead ? manifest.children.map(child => child.digest) : 'unreadable')
    }
  }
}
