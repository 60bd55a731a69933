import { tagKeys } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { appRepositories, type UnclearProcess } from '../images/app-repositories.ts'
import type { AppService } from '../services/app-services.ts'
import type { Ports } from '../ports.ts'
import { accountView } from './account-view.ts'
import { keepOf } from './keep-of.ts'
import { once } from '../once.ts'
import { type RepositoryPlan, repositoryPlan } from './repository-plan.ts'
import { staleRevisions } from './stale-revisions.ts'
import { refuseOtherEnvironment } from '../services/app-to-change.ts'

export type PruningWish = {
  readonly app: string
  readonly environment?: string
  /** Only the repositories of these. @default - every process of the app */
  readonly processes?: readonly string[]
  /** @default - what the services' tags say */
  readonly keep?: number
}

export type PruningPlan = RepositoryPlan & {
  /** ARNs of the revisions that go with the images. */
  readonly staleRevisions: readonly string[]
}

type Means = Pick<Ports, 'ecs' | 'imageStore' | 'records' | 'clock'>

/** More would keep other deploys from registering theirs for a minute: AWS counts both together. */
const mostRevisions = 50

/** What would go of an app's images and revisions, and what stays and why. Changes nothing. */
export async function planPruning(wish: PruningWish, ports: Means): Promise<readonly PruningPlan[]> {
  const { cluster, services, repositories, unclear } = await appRepositories(wish, ports)
  refuseOtherEnvironment(cluster, wish)
  refuseUnclear(unclear)
  const sharing = repositories.map(({ uri, processes }) => {
    const own = services.filter(({ process }) => processes.includes(process))
    return { repository: uri, processes, own, keep: wish.keep ?? largestKeep(own) }
  })
  const account = once(() => accountView(ports.ecs))
  const plans: PruningPlan[] = []
  for (const { own, ...wanted } of sharing) {
    const plan = await repositoryPlan(
      { ...wanted, app: cluster.name, cluster },
      { ports, account, isBrief: false },
    )
    const found = plans.flatMap(each => each.staleRevisions).length
    const stale =
      plan.is === 'left'
        ? []
        : await staleOf(own, { ...wish, ...plan, limit: mostRevisions - found, ecs: ports.ecs })
    plans.push({ ...plan, staleRevisions: stale })
  }
  return plans
}

type StaleOptions = {
  readonly keep: number
  readonly revisions: ReadonlySet<string>
  readonly limit: number
  readonly ecs: Ports['ecs']
}

async function staleOf(
  services: readonly AppService[],
  { keep, revisions, limit, ecs }: StaleOptions,
): Promise<readonly string[]> {
  const stale: string[] = []
  for (const { service } of services) {
    const { tags, taskDefinition: running } = service
    const facts = { tags, running, keep, needed: async () => revisions, limit: limit - stale.length }
    stale.push(...(await staleRevisions(facts, { ecs })))
  }
  return stale
}

function refuseUnclear([unclear]: readonly UnclearProcess[]): void {
  if (unclear === undefined) return
  const { process, message, advice } = unclear
  throw new Refusal({
    code: 'unclear_repository',
    message: `where the images of ${process} are cannot be told: ${message}`,
    ...(advice !== undefined && { advice }),
  })
}

function largestKeep(services: readonly AppService[]): number {
  const said = services.flatMap(({ service }) => keepOf(service.tags) ?? [])
  if (said.length > 0) return Math.max(...said)
  throw new Refusal({
    code: 'no_keep',
    exit: 'usage',
    message: `nothing says how many images to keep: no service of ${services.map(({ process }) => process).join(', ')} carries the tag ${tagKeys.keep}.`,
    advice: 'Say it: keep=10. (cdk deploy makes the tag out of images.keep in tapit.yml.)',
  })
}
