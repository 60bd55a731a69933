import type { Deployment } from '../../deployment/deployment.ts'
import { rollbackTargets } from '../../images/recorded-uses.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import { isForgotten } from '../leases/lease-age.ts'
import type { Ports } from '../ports.ts'

/** What the records of one app tell of the images that it needs. */
export type AppHistory = {
  readonly app: string
  /** Newest first: those that are under way, and as many as it takes to know all rollback targets. */
  readonly deployments: readonly Deployment[]
  readonly pointers: readonly Pointer[]
}

type Wanted = {
  readonly app: string
  readonly processes: readonly string[]
  /** URI. */
  readonly repository: string
  readonly keep: number
}

type Means = Pick<Ports, 'records' | 'clock'>

const recordsPerPage = 100

/** Reads until `keep` images that each process can go back to are known, or there are no more. */
export async function appHistory({ app, processes, ...wanted }: Wanted, means: Means): Promise<AppHistory> {
  const { records } = means
  const found: Deployment[] = []
  let lacking = processes
  let from: string | undefined
  do {
    const page = await records.listDeployments({
      app,
      processes: lacking,
      limit: recordsPerPage,
      ...(from !== undefined && { from }),
    })
    found.push(...page.deployments.map(({ record }) => record))
    const targets = rollbackTargets(found, wanted)
    lacking = lacking.filter(name => targets.filter(({ process }) => process === name).length < wanted.keep)
    from = page.next
  } while (lacking.length > 0 && from !== undefined)
  const { pointers, named } = await presentOf(app, means)
  return { app, pointers, deployments: merged(named, found) }
}

/** The same, and what began since. */
export async function lookedAgain(history: AppHistory, means: Means): Promise<AppHistory> {
  const { app } = history
  const [{ deployments }, { pointers, named }] = await Promise.all([
    means.records.listDeployments({ app, limit: recordsPerPage }),
    presentOf(app, means),
  ])
  const news = deployments.map(({ record }) => record)
  return { app, pointers, deployments: merged([...news, ...named], history.deployments) }
}

/** Newest first, as ids begin with their time; of two that are the same the later reading. */
function merged(news: readonly Deployment[], known: readonly Deployment[]): readonly Deployment[] {
  const byId = new Map([...known, ...news].map(each => [each.id, each]))
  return [...byId.values()].toSorted((one, other) => (one.id < other.id ? 1 : -1))
}

type Present = {
  readonly pointers: readonly Pointer[]
  /** The deployments that are active, and those that have a lease. */
  readonly named: readonly Deployment[]
}

/** Whoever holds a lease and has no record yet has chosen an image, and nobody knows which: then nothing may go. */
async function presentOf(app: string, { records, clock }: Means): Promise<Present> {
  const [leases, pointers] = await Promise.all([records.leases(app), records.pointers(app)])
  const ids = [...leases, ...pointers].map(({ deploymentId }) => deploymentId)
  const named = (await records.deployments(app, ids)).map(({ record }) => record)
  const known = new Set(named.map(({ id }) => id))
  const beginning = leases.find(lease => !known.has(lease.deploymentId) && !isForgotten(lease, clock.now()))
  if (beginning === undefined) return { pointers, named }
  throw new Refusal({
    code: 'deployment_begins',
    message: `a deployment of ${app}/${beginning.process} is just beginning`,
    advice: 'Try again when it is over.',
  })
}
