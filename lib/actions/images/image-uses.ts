import type { Deployment } from '../../deployment/deployment.ts'
import type { ImageName } from '../../images/list-repository.ts'
import { wentLive } from '../../images/recorded-uses.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import type { AppService } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import { digestOf, repositoryOf } from '../services/image-of-process.ts'
import type { ClassicDeployment, Ports } from '../ports.ts'

/** What an app does with an image now. */
export type ImageUse = {
  readonly process: string
  readonly image: ImageName
  /** In its repository only; absent where the repository is not known, as the digest is enough. */
  readonly repository?: string
  /** The deployment that brought it, where tapit knows it. */
  readonly deploymentId?: string
  /** `running` also while it is replaced; `rollback_target` is what `tapit rollback` would go back to. */
  readonly is: 'running' | 'deploying' | 'rollback_target'
}

const readsAtOnce = 5
const earlierRead = 20

/** Which images an app's processes run, are being deployed with, and would go back to. */
export async function imageUses(
  { app, services }: { readonly app: string; readonly services: readonly AppService[] },
  { ecs, records }: Pick<Ports, 'ecs' | 'records'>,
): Promise<readonly ImageUse[]> {
  const pointers = await withoutTable(() => records.pointers(app), [])
  const [running, targets] = await Promise.all([
    inParallel(services, readsAtOnce, each =>
      runningImages(
        each,
        pointers.find(({ process }) => process === each.process),
        ecs,
      ),
    ),
    nextTargets(app, pointers, records),
  ])
  return [...running.flat(), ...targets]
}

/** While ECS replaces one revision by another, both run. */
async function runningImages(
  { process, service }: AppService,
  pointer: Pointer | undefined,
  ecs: Ports['ecs'],
): Promise<readonly ImageUse[]> {
  const present = service.deployments.filter(({ status, running }) => status === 'PRIMARY' || running > 0)
  const uses = await Promise.all(
    present.map(async (deployment): Promise<readonly ImageUse[]> => {
      const { taskDefinition } = deployment
      const is = isArriving(deployment) ? 'deploying' : 'running'
      if (pointer?.taskDefinition === taskDefinition) {
        const { imageDigest, deploymentId } = pointer
        return [{ process, is, image: { digest: imageDigest }, deploymentId }]
      }
      const definition = await ecs.taskDefinition(taskDefinition)
      return (definition?.containers ?? []).map(({ image }) => ({
        process,
        is,
        repository: repositoryOf(image),
        image: nameOf(image),
      }))
    }),
  )
  return uses.flat()
}

function isArriving({ status, rolloutState }: ClassicDeployment): boolean {
  return status === 'PRIMARY' && rolloutState === 'IN_PROGRESS'
}

function nameOf(image: string): ImageName {
  const digest = digestOf(image)
  if (digest !== undefined) return { digest }
  return { tag: image.slice(repositoryOf(image).length + 1) || 'latest' }
}

/** What ran before what runs, else what last ran well. */
async function nextTargets(
  app: string,
  pointers: readonly Pointer[],
  records: Ports['records'],
): Promise<readonly ImageUse[]> {
  if (pointers.length === 0) return []
  const active = await records.deployments(
    app,
    pointers.map(({ deploymentId }) => deploymentId),
  )
  const targets = await inParallel(active, readsAtOnce, async ({ record }) => {
    const { process, previous, imageDigest } = record
    const before = previous?.imageDigest
    if (before !== undefined && before !== imageDigest && previous?.isPlaceholder !== true)
      return [targetOf(process, before, previous?.id)]
    const earlier = await earlierLive(record, records)
    return earlier?.imageDigest === undefined ? [] : [targetOf(process, earlier.imageDigest, earlier.id)]
  })
  return targets.flat()
}

async function earlierLive(
  { app, process, imageDigest, id }: Deployment,
  records: Ports['records'],
): Promise<Deployment | undefined> {
  const { deployments } = await records.listDeployments({
    app,
    processes: [process],
    status: 'finalized',
    limit: earlierRead,
  })
  return deployments
    .map(({ record }) => record)
    .find(
      each =>
        each.id < id && wentLive(each) && each.imageDigest !== undefined && each.imageDigest !== imageDigest,
    )
}

function targetOf(process: string, digest: string, deploymentId: string | undefined): ImageUse {
  return {
    process,
    is: 'rollback_target',
    image: { digest },
    ...(deploymentId !== undefined && { deploymentId }),
  }
}

type Place = {
  readonly repository: string
  /** All that have their images in it. */
  readonly processes: readonly string[]
}

/** Whether it is this repository's image that is used: what sidecars run lies elsewhere. */
export function isUseIn({ process, repository }: ImageUse, place: Place): boolean {
  return repository === undefined ? place.processes.includes(process) : repository === place.repository
}

export function isUseOf(
  use: ImageUse,
  { digest, tags = [], ...place }: Place & { readonly digest: string; readonly tags?: readonly string[] },
): boolean {
  const { image } = use
  return isUseIn(use, place) && ('digest' in image ? image.digest === digest : tags.includes(image.tag))
}

/** Images can be looked at where nothing was ever deployed by tapit. */
export async function withoutTable<Answer>(ask: () => Promise<Answer>, none: Answer): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Refusal && error.code === 'no_table') return none
    throw error
  }
}
