import type { TaskDefinition } from '../../deployment/task-definition.ts'
import { isSameRepository } from '../../images/is-same-repository.ts'
import type { ImageUse, UseReason } from '../../images/retention.ts'
import { tagKeys } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { inParallel } from '../batches.ts'
import { digestOf, repositoryOf, repositoryUri } from '../services/image-of-process.ts'
import type { Service } from '../ports.ts'
import type { AccountView, ClusterView } from './account-view.ts'
import { keepOf } from './keep-of.ts'

/** Who takes images out of a repository, and which. */
export type RepositoryUsers = {
  readonly processes: readonly UserProcess[]
  readonly uses: readonly ImageUse[]
  /** ARNs of the revisions that services and tasks are at, whatever they run. */
  readonly revisions: ReadonlySet<string>
}

export type UserProcess = {
  /** The cluster's name. */
  readonly app: string
  readonly process: string
  /** As its service's tag says. */
  readonly keep?: number
}

type Wanted = {
  /** URI. */
  readonly repository: string
  /** Whether the repository holds it. */
  readonly holds: (digest: string) => boolean
}

const readsAtOnce = 5

/** Everything in the account that runs, or is set up to run, images of a repository. Throws where that cannot be told. */
export async function repositoryUsers(wanted: Wanted, account: AccountView): Promise<RepositoryUsers> {
  const services = account.clusters.flatMap(cluster =>
    cluster.services.map(service => ({ cluster, service })),
  )
  const found = await inParallel(services, readsAtOnce, async each => {
    const uses = await usesOfService(each, wanted, account)
    return uses === undefined ? [] : [{ ...each, uses }]
  })
  const tasks = await inParallel(account.clusters, readsAtOnce, cluster =>
    usesOfTasks(cluster, wanted, account),
  )
  return {
    processes: found.flat().map(({ cluster, service }) => ({
      app: cluster.name,
      process: processOf(service),
      ...present(keepOf(service.tags)),
    })),
    uses: [...found.flat().flatMap(({ uses }) => uses), ...tasks.flat()],
    revisions: new Set(
      account.clusters.flatMap(cluster => [
        ...cluster.services.flatMap(revisionsOf),
        ...cluster.tasks.map(({ taskDefinition }) => taskDefinition),
      ]),
    ),
  }
}

function present(keep: number | undefined): { readonly keep?: number } {
  return keep === undefined ? {} : { keep }
}

function processOf({ tags, name }: Service): string {
  return tags[tagKeys.process] ?? name
}

type Placed = { readonly cluster: ClusterView; readonly service: Service }

/** Absent if it takes nothing out of the repository. A service that names another one need not be looked into while it has tasks: those are. */
async function usesOfService(
  { cluster, service }: Placed,
  { repository }: Wanted,
  account: AccountView,
): Promise<readonly ImageUse[] | undefined> {
  const {
    [tagKeys.repository]: tagged,
    [tagKeys.template]: template,
    [tagKeys.container]: container,
  } = service.tags
  const isElsewhere =
    tagged !== undefined && !isSameRepository(repositoryUri(tagged, { ...cluster, tags: {} }), repository)
  if (isElsewhere && cluster.tasks.some(({ group }) => group === `service:${service.name}`)) return undefined
  const name = `${cluster.name}/${processOf(service)}`
  const definitions = await Promise.all(
    revisionsOf(service).map(revision => definitionOf(revision, name, account)),
  )
  const running = definitions.flatMap(each => imagesIn(each, repository, { is: 'running', in: name }))
  if ((isElsewhere || tagged === undefined) && running.length === 0) return undefined
  const next = template === undefined ? undefined : await account.definition(template)
  // A deploy pins the container that it is about; sidecars start as the template says.
  const sidecars = next?.containers.filter(each => each.name !== container) ?? []
  return [...running, ...imagesIn({ containers: sidecars }, repository, { is: 'template', of: name })]
}

/** ARNs of all that it is at, or on its way to. */
export function revisionsOf({ taskDefinition, deployments, taskSets = [] }: Service): readonly string[] {
  const all = [taskDefinition, ...deployments.map(each => each.taskDefinition), ...taskSets]
  return [...new Set(all)].filter(arn => arn !== '')
}

async function definitionOf(reference: string, name: string, account: AccountView): Promise<TaskDefinition> {
  const definition = await account.definition(reference)
  if (definition !== undefined) return definition
  throw new Refusal({
    code: 'unknown_images',
    message: `which images ${name} runs cannot be told: its task definition ${reference} cannot be read`,
  })
}

/** With its tag where it has no digest: whatever that names is what the next task would pull. */
function imagesIn(
  { containers }: Pick<TaskDefinition, 'containers'>,
  repository: string,
  reason: UseReason,
): readonly ImageUse[] {
  return containers
    .filter(({ image }) => isSameRepository(repositoryOf(image), repository))
    .map(({ image }) => {
      const digest = digestOf(image)
      const tag = (image.split('@')[0] ?? image).slice(repositoryOf(image).length + 1)
      return { image: digest === undefined ? { tag: tag || 'latest' } : { digest }, reason }
    })
}

/** What tasks run by their own word; one that has not pulled its images yet by its task definition's. */
async function usesOfTasks(
  cluster: ClusterView,
  { repository, holds }: Wanted,
  account: AccountView,
): Promise<readonly ImageUse[]> {
  const nameOf = new Map(
    cluster.services.map(service => [`service:${service.name}`, `${cluster.name}/${processOf(service)}`]),
  )
  const uses = await inParallel(
    cluster.tasks,
    readsAtOnce,
    async ({ id, group, containers, taskDefinition }) => {
      const name = nameOf.get(group) ?? `${cluster.name}, task ${id}`
      const reason = { is: 'running', in: name } as const
      const digests = containers.flatMap(({ imageDigest }) => imageDigest ?? [])
      const isComplete = digests.length === containers.length && containers.length > 0
      const definition = isComplete ? undefined : await definitionOf(taskDefinition, name, account)
      return [
        ...digests.filter(holds).map(digest => ({ image: { digest }, reason })),
        ...(definition ? imagesIn(definition, repository, reason) : []),
      ]
    },
  )
  return uses.flat()
}
