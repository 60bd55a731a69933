import type { Docker } from '../../build/ports.ts'
import { isDeployableTag } from '../../images/is-deployable.ts'
import { Refusal } from '../../names/refusal.ts'
import { type CopyNews, type ImageCopy, copyImage } from '../images/copy-image.ts'
import { type ImageScans, imageFindings } from '../approvals/image-findings.ts'
import { beginningOf } from '../deploy/beginning-of.ts'
import { deploy } from '../deploy/deploy.ts'
import type { DeployEnd, DeployOptions } from '../deploy/deploy-options.ts'
import type { DeployEvent } from '../events.ts'
import type { PromotedVersion, Promotion, PromotionEnd, PromotionRequest } from './promotion.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest, PinnedVersion } from '../plan/request.ts'
import { putAway } from '../put-away.ts'

export type PromoteOptions = Omit<DeployOptions, 'ports' | 'observer' | 'build'> & {
  /** Only opened where an image must be copied. */
  readonly docker: () => Promise<Docker>
  readonly tell: (news: CopyNews) => void
}

/**
 * Deploys to one environment what is active in another: the same images by their digests, each process in the whole life of a deployment,
 * with the configuration of where it goes. Images that are not there yet are copied once it is known that they can be deployed.
 */
export async function* promote(
  request: PromotionRequest,
  { versions, leftOut }: Promotion,
  { docker, tell, ...options }: PromoteOptions,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  const { from, to } = request
  const { clock } = to.ports
  for (const each of leftOut) {
    const warning = { is: 'not_promoted', ...each, from: from.name, to: to.name } as const
    yield { is: 'warned', at: clock.now(), warning }
  }
  const whole = {
    ...options,
    ports: to.ports,
    observer: to.observer,
    scans: scansOf(versions, { from, to }),
  }
  if (options.dryRun) return yield* deploy(requestOf(request, versions), whole)
  if (versions.some(({ copy }) => copy !== undefined)) {
    // What cannot be deployed, or is denied, is not even copied.
    // The target may scan what it gets.
    const scans = scansOf(versions, { from, to, unknown: 'later' })
    const events = deploy(requestOf(request, versions), { ...whole, scans })
    const beginning = await beginningOf(events)
    if (beginning.is === 'over') {
      yield* beginning.told
      return beginning.end
    }
    await putAway(events)
    await copyAll(versions, { from, to, docker, tell, signal: options.signal })
  }
  // Copying takes minutes: it is planned and judged anew, and the images are looked up where they are now.
  return yield* deploy(requestOf(request, versions.map(withoutCopy)), whole)
}

type ScanOptions = Pick<PromotionRequest, 'from' | 'to'> & {
  /** What is said of an image that is still to be copied, and was not scanned at the source either. @default - nobody knows */
  readonly unknown?: 'later'
}

/** As long as the target does not know of a scan of what is copied there, that of the source counts. */
function scansOf(versions: readonly PromotedVersion[], { from, to, unknown }: ScanOptions): ImageScans {
  const copies = versions.flatMap(({ version: { imageDigest }, copy }) =>
    copy === undefined ? [] : { ...copy, imageDigest },
  )
  return async ({ repository, imageDigest }) => {
    const atTarget = await imageFindings({ repository, imageDigest }, to.ports)
    const copy = copies.find(each => each.to === repository && each.imageDigest === imageDigest)
    if (atTarget !== undefined || copy === undefined) return atTarget
    return (await imageFindings({ repository: copy.from, imageDigest }, from.ports)) ?? unknown
  }
}

function requestOf(
  { from: _from, to, processes: _processes, ...rest }: PromotionRequest,
  versions: readonly PromotedVersion[],
): DeployRequest {
  return {
    ...rest,
    app: to.app,
    ...(to.environment !== undefined && { environment: to.environment }),
    trigger: 'promote',
    processes: versions.map(({ process }) => process),
    pinned: new Map(versions.map(({ process, version }) => [process, version])),
  }
}

function withoutCopy({ process, version }: PromotedVersion): PromotedVersion {
  const { toBeCopied: _, ...there }: PinnedVersion = version
  return { process, version: { ...there, imageDigest: version.imageDigest } }
}

type Copying = Pick<PromoteOptions, 'docker' | 'tell' | 'signal'> & {
  readonly from: PromotionEnd
  readonly to: PromotionEnd
}

/** Processes that share an image share its copy. */
async function copyAll(versions: readonly PromotedVersion[], options: Copying): Promise<void> {
  const copies = new Map<string, Needed>()
  for (const { process, version, copy } of versions) {
    if (copy === undefined) continue
    const key = `${copy.from} ${copy.to} ${version.imageDigest}`
    const known = copies.get(key)
    copies.set(key, { ...copy, version, processes: [...(known?.processes ?? []), process] })
  }
  const docker = await options.docker()
  for (const needed of copies.values()) requireCopied(await copied(needed, { ...options, docker }), options)
}

type Needed = NonNullable<PromotedVersion['copy']> &
  Pick<PromotedVersion, 'version'> & { readonly processes: readonly string[] }

async function copied(
  { from, to, image, version, processes }: Needed,
  options: Omit<Copying, 'docker'> & { readonly docker: Docker },
): Promise<ImageCopy | undefined> {
  const { docker, signal, tell } = options
  const tag = await freeTag({ version, image, repository: to }, options.to.ports)
  const pair = {
    from: { repository: from, ports: options.from.ports },
    to: { repository: to, ports: options.to.ports },
    processes,
  }
  const request = { dockerTag: version.imageDigest, as: tag, pairs: [pair] }
  const [copy] = await copyImage(request, { docker, signal, tell })
  return copy
}

/** A promotion is no re-tag: what is called the same at the target keeps its name, and the copy gets one that is its own. */
async function freeTag(
  {
    version: { dockerTag, imageDigest },
    image,
    repository,
  }: Pick<Needed, 'version' | 'image'> & { readonly repository: string },
  { images }: Ports,
): Promise<string> {
  const own = `promoted-${imageDigest.slice('sha256:'.length, 'sha256:'.length + 16)}`
  const tag = dockerTag.startsWith('sha256:') ? image.tags.find(isDeployableTag) : dockerTag
  if (tag === undefined) return own
  const named = await images.find(repository, { tag })
  return named === undefined || named.digest === imageDigest ? tag : own
}

function requireCopied(copy: ImageCopy | undefined, { signal }: Pick<Copying, 'signal'>): void {
  const end = copy?.end
  switch (end?.is) {
    case undefined:
    case 'copied':
    case 'tagged':
    case 'was_there':
      return
    case 'stopped': {
      const isOver = signal.reason === 'time_over'
      throw new Refusal({
        code: isOver ? 'time_over' : 'interrupted',
        exit: isOver ? 'refused' : 'interrupted',
        message: `${isOver ? 'the time given was over' : 'interrupted'} while images were copied; nothing was deployed.`,
      })
    }
    case 'failed': {
      const { code, message, advice } = end.failure
      throw new Refusal({
        code,
        message: `the image was not copied, and nothing was deployed: ${message}`,
        ...(advice !== undefined && { advice }),
      })
    }
  }
}
