import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import { appRepositories } from '../images/app-repositories.ts'
import { type AppServices, appServices } from '../services/app-services.ts'
import type { Observer } from '../observe/observer.ts'
import { newestAndOpen } from '../history/newest-and-open.ts'
import type { RefusedProcess } from '../plan/plan.ts'
import type { Image, Ports } from '../ports.ts'
import { reconcile } from '../settle/reconcile.ts'
import { recordedOrigin } from '../plan/recorded-origin.ts'
import { refusalOfProcesses } from '../plan/refusal-of-processes.ts'
import type { DeployRequest, PinnedVersion } from '../plan/request.ts'
import { saidOf } from '../rollback/said-of.ts'

/** One end of a promotion: an app in an environment, and AWS as whoever may work there sees it. */
export type PromotionEnd = {
  /** As it was said: `staging`. */
  readonly name: string
  readonly app: string
  /** Absent where the cluster has a name of its own. */
  readonly environment?: string
  readonly ports: Ports
  readonly observer: Observer
}

export type PromotionRequest = Pick<
  DeployRequest,
  'processes' | 'strategy' | 'initiator' | 'reason' | 'override' | 'supersede'
> & {
  readonly from: PromotionEnd
  readonly to: PromotionEnd
}

export type Promotion = {
  readonly versions: readonly PromotedVersion[]
  readonly leftOut: readonly LeftOut[]
}

/** What runs of one process at the source, and what of it the target still needs. */
export type PromotedVersion = {
  readonly process: string
  readonly version: Omit<PinnedVersion, 'imageDigest'> & { readonly imageDigest: string }
  /** Absent where the target's repository has the image already. */
  readonly copy?: { readonly from: string; readonly to: string; readonly image: Image }
}

/** Processes that nobody named, and that have nothing to promote, or nowhere to. */
export type LeftOut = {
  readonly process: string
  readonly why: 'not_in_source' | 'not_in_target' | 'nothing_active'
}

/**
 * Finds out what is active at the source, and whether its images can be had at the target. Both identities are tried first. Changes nothing
 * but what the source's records say of deployments that have come to their ends.
 */
export async function planPromotion({ from, to, processes }: PromotionRequest): Promise<Promotion> {
  await Promise.all([from, to].map(each => saidOf(each.name, () => each.ports.identity.caller())))
  const [source, target] = await Promise.all([appAt(from, processes), appAt(to, processes)])
  if (source.cluster.arn === target.cluster.arn) throw sameEnvironment(from, to, source.cluster.name)

  const atTarget = new Set(namesOf(target))
  const common = namesOf(source).filter(process => atTarget.has(process))
  const active = await saidOf(from.name, () => activeVersions(source.cluster.name, common, from))
  const pointed = active.flatMap(({ process, pointer }) =>
    pointer === undefined ? [] : { process, pointer },
  )
  const leftOut = leftOutOf({ source, target, active })
  if (pointed.length === 0) throw nothingToPromote({ from, to, common })

  const found = [
    ...active
      .filter(({ process, pointer }) => pointer === undefined && processes?.includes(process) === true)
      .map(({ process }) => nothingActive(process, from)),
    ...(await versionsOf(pointed, { source, from, to })),
  ]
  const versions = found.filter(each => 'version' in each)
  const [refused, ...others] = found.filter(each => 'reason' in each)
  if (refused !== undefined)
    throw refusalOfProcesses(
      [refused, ...others],
      versions.map(({ process }) => process),
    )
  return { versions, leftOut }
}

function appAt({ name, app, environment, ports }: PromotionEnd, processes: PromotionRequest['processes']) {
  const place = { app, ...(environment !== undefined && { environment }) }
  return saidOf(name, () => appServices(ports.ecs, { ...place, ...(processes && { processes }) }))
}

function namesOf({ services }: AppServices): readonly string[] {
  return services.map(({ process }) => process)
}

type Active = { readonly process: string; readonly pointer: Pointer | undefined }

/** Records are brought up to date first: what has just gone live is what is promoted. */
async function activeVersions(
  app: string,
  processes: readonly string[],
  { ports, observer }: PromotionEnd,
): Promise<readonly Active[]> {
  await reconcile(await newestAndOpen({ app, processes }, ports.records), { ports, observer })
  const pointers = await ports.records.pointers(app)
  return processes.map(process => ({ process, pointer: pointers.find(each => each.process === process) }))
}

type Apps = { readonly source: AppServices; readonly target: AppServices }

function leftOutOf({
  source,
  target,
  active,
}: Apps & { readonly active: readonly Active[] }): readonly LeftOut[] {
  const [before, after] = [namesOf(source), namesOf(target)]
  const why = (process: string): LeftOut['why'] | undefined => {
    if (!after.includes(process)) return 'not_in_target'
    if (!before.includes(process)) return 'not_in_source'
    return active.some(each => each.process === process && each.pointer === undefined)
      ? 'nothing_active'
      : undefined
  }
  return [...new Set([...before, ...after])].flatMap(process => {
    const reason = why(process)
    return reason === undefined ? [] : { process, why: reason }
  })
}

async function versionsOf(
  pointed: readonly { readonly process: string; readonly pointer: Pointer }[],
  { source, from, to }: Pick<PromotionRequest, 'from' | 'to'> & { readonly source: AppServices },
): Promise<readonly (PromotedVersion | RefusedProcess)[]> {
  const [records, { repositories }] = await Promise.all([
    saidOf(from.name, () =>
      from.ports.records.deployments(
        source.cluster.name,
        pointed.map(({ pointer }) => pointer.deploymentId),
      ),
    ),
    saidOf(to.name, () => appRepositories(placeOf(to), to.ports)),
  ])
  return Promise.all(
    pointed.map(async ({ process, pointer }) => {
      const record = records.find(each => each.record.id === pointer.deploymentId)?.record
      if (record === undefined) return noRecord(process, pointer, from)
      const version = versionOf(pointer, record)
      const image = await saidOf(from.name, () => sourceImage(record, pointer, from))
      if ('reason' in image) return image
      // Where it cannot be told, the plan says so.
      const repository = repositories.find(each => each.processes.includes(process))?.uri
      const copy =
        repository === undefined || repository === record.repository
          ? undefined
          : await saidOf(to.name, () => copyOf({ image, record, repository }, to.ports))
      if (copy === 'no_repository') return noRepository(process, repository ?? '', to)
      if (copy === undefined) return { process, version }
      const platforms = await from.ports.images.platforms(record.repository, image.digest)
      const toBeCopied = {
        ...(platforms && { platforms }),
        ...(image.pushedAt !== undefined && { pushedAt: image.pushedAt }),
      }
      return { process, version: { ...version, toBeCopied }, copy }
    }),
  )

  function placeOf({ app, environment }: PromotionEnd) {
    return { app, ...(environment !== undefined && { environment }) }
  }
}

function versionOf(
  { app, deploymentId, dockerTag, imageDigest }: Pointer,
  record: Deployment,
): PromotedVersion['version'] {
  return {
    dockerTag,
    imageDigest,
    promotedFrom: { app, id: deploymentId },
    origin: recordedOrigin(record),
  }
}

/** What runs may have lost its image: somebody has deleted it, or a rule of the repository's has. */
async function sourceImage(
  { process, repository, app, id }: Deployment,
  { dockerTag, imageDigest }: Pointer,
  { name, ports }: PromotionEnd,
): Promise<Image | RefusedProcess> {
  const [place] = await ports.imageStore.repositories([repository])
  const refused = (code: string, reason: string, advice: string): RefusedProcess => ({
    is: 'refused',
    process,
    code,
    reason,
    advice,
  })
  if (place === undefined)
    return refused(
      'repository_not_found',
      `the repository ${repository}, which the image of ${name} came from, is gone.`,
      `Make it again and deploy to ${name} first, or push the image elsewhere and deploy it from there.`,
    )
  const image = await ports.images.find(repository, { digest: imageDigest })
  if (image === undefined)
    return refused(
      'image_pruned',
      `${dockerTag} (${imageDigest}) runs in ${name}, but is no longer in ${repository}: it was pruned or deleted.`,
      `tapit -a ${app} image deploy rebuild=${id} --wait builds it again in ${name}, where its commit is known; then promote that.`,
    )
  if (image.status !== 'ACTIVE')
    return refused(
      'image_archived',
      `${dockerTag} (${imageDigest}) in ${repository} is ${image.status.toLowerCase()} and cannot be pulled.`,
      'Restore it (aws ecr update-image-storage-class), or deploy another version to the source first.',
    )
  return image
}

type Wanted = { readonly image: Image; readonly record: Deployment; readonly repository: string }

async function copyOf(
  { image, record, repository }: Wanted,
  { images, imageStore }: Ports,
): Promise<PromotedVersion['copy'] | 'no_repository'> {
  const [place] = await imageStore.repositories([repository])
  if (place === undefined) return 'no_repository'
  const there = await images.find(repository, { digest: image.digest })
  return there?.status === 'ACTIVE' ? undefined : { from: record.repository, to: repository, image }
}

function nothingActive(process: string, { name }: PromotionEnd): RefusedProcess {
  return {
    is: 'refused',
    process,
    code: 'nothing_active',
    reason: `nothing of it is active in ${name}: there is no version to promote.`,
    advice: `Deploy it there first: tapit -e ${name} create deploy process=${process} docker_tag=… --wait`,
  }
}

function noRecord(process: string, { deploymentId }: Pointer, { name }: PromotionEnd): RefusedProcess {
  return {
    is: 'refused',
    process,
    code: 'unknown_deployment',
    reason: `the record of ${deploymentId}, which is active in ${name}, is gone.`,
    advice: `Deploy it there once more: tapit -e ${name} create deploy process=${process} docker_tag=… --wait`,
  }
}

function noRepository(process: string, repository: string, { name }: PromotionEnd): RefusedProcess {
  return {
    is: 'refused',
    process,
    code: 'repository_not_found',
    reason: `there is no ECR repository ${repository} in ${name} to copy its image to.`,
    advice: 'Make it (cdk deploy, or: aws ecr create-repository).',
  }
}

type Fruitless = Pick<PromotionRequest, 'from' | 'to'> & { readonly common: readonly string[] }

function nothingToPromote({ from, to, common }: Fruitless): Refusal {
  if (common.length === 0)
    return new Refusal({
      code: 'no_processes',
      message: `${from.name} and ${to.name} have no process in common: there is nothing to promote.`,
      advice: 'Processes are matched by their names: tapit -e … status shows those of an environment.',
    })
  return new Refusal({
    code: 'nothing_active',
    message: `nothing of ${common.join(', ')} is active in ${from.name}: there is no version to promote.`,
    advice: `Deploy there first: tapit -e ${from.name} create deploy docker_tag=… --wait`,
  })
}

function sameEnvironment(from: PromotionEnd, to: PromotionEnd, cluster: string): Refusal {
  return new Refusal({
    code: 'same_environment',
    exit: 'usage',
    message: `from=${from.name} and to=${to.name} are the same: the cluster ${cluster}.`,
    advice: 'A promotion brings what runs in one environment to another.',
  })
}
