import type { Deployment } from '../../deployment/deployment.ts'
import { type Stored } from '../../records/records.ts'
import { wentLive } from '../../images/recorded-uses.ts'
import { statusOf } from '../../deployment/projections.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import { unknownDeployment } from '../history/find-deployments.ts'
import type { Ports } from '../ports.ts'

/** Which past deployment a process goes back to. */
export type GoingBack = {
  readonly process: string
  /** The active deployment; absent where tapit knows of none. */
  readonly from?: string
  readonly to: Deployment
}

const pageSize = 50
const mostPages = 10

/** What each process goes back to where nobody says: the newest deployment that was active before the version that runs. */
export async function newestToGoBackTo(
  { app, process, pointer }: { readonly app: string; readonly process: string; readonly pointer?: Pointer },
  records: Ports['records'],
): Promise<GoingBack> {
  // However often a version was brought back, what came before it is further back.
  const version = pointer && (await lineageOf(app, pointer.deploymentId, records)).at(-1)
  for await (const { record } of newestFirst(app, process, records)) {
    if (isCandidate(record, version))
      return { process, to: record, ...(pointer && { from: pointer.deploymentId }) }
  }
  throw new Refusal({
    code: 'nothing_to_go_back_to',
    message: `there is nothing to go back to for ${process}: ${pointer === undefined ? 'nothing of it was ever live' : `no deployment of it was live before ${pointer.deploymentId} (${pointer.dockerTag})`}.`,
    advice: `tapit -a ${app} list deploys process=${process} shows what there was; to=dep_… names one.`,
  })
}

/** The deployment that somebody named, if it ever was live and is not what runs. */
export async function namedToGoBackTo(
  { app, id, pointers }: { readonly app: string; readonly id: string; readonly pointers: readonly Pointer[] },
  records: Ports['records'],
): Promise<GoingBack> {
  if (!id.startsWith('dep_'))
    throw new Refusal({
      code: 'bad_id',
      exit: 'usage',
      message: `to=${id} is no deployment.`,
      advice: `It takes one id (dep_…): tapit -a ${app} list deploys shows them.`,
    })
  const stored = await records.deployment(app, id)
  if (stored === undefined) throw unknownDeployment(app, id)
  const { record } = stored
  const pointer = pointers.find(({ process }) => process === record.process)
  if (pointer?.deploymentId === id) throw activeAlready(record)
  if (!wentLive(record)) throw neverLive(record)
  return { process: record.process, to: record, ...(pointer && { from: pointer.deploymentId }) }
}

/** A deployment, what it brings back or starts anew, and so on: the last is the one that first brought that version. */
export async function lineageOf(
  app: string,
  id: string,
  records: Pick<Ports['records'], 'deployment'>,
): Promise<readonly Deployment[]> {
  const stored = await records.deployment(app, id)
  if (stored === undefined) return []
  const { restores } = stored.record
  return [stored.record, ...(restores === undefined ? [] : await lineageOf(app, restores, records))]
}

/** What was live and was stopped since is called deleted: no one status has them all. */
async function* newestFirst(
  app: string,
  process: string,
  records: Ports['records'],
): AsyncGenerator<Stored<Deployment>, void, void> {
  let from: { readonly from?: string } = {}
  for (let page = 0; page < mostPages; page += 1) {
    const { deployments, next } = await records.listDeployments({
      app,
      processes: [process],
      limit: pageSize,
      ...from,
    })
    yield* deployments
    if (next === undefined) return
    from = { from: next }
  }
}

/** What a rollback has moved away from is newer than what it went back to, and stays left out. */
function isCandidate(record: Deployment, version: Deployment | undefined): boolean {
  if (!wentLive(record) || record.imageDigest === undefined) return false
  return version === undefined || record.createdAt < version.createdAt
}

function activeAlready({ app, id, process, dockerTag }: Deployment): Refusal {
  return new Refusal({
    code: 'active_already',
    message: `${id} (${dockerTag}) is what runs of ${process} already.`,
    advice: `tapit -a ${app} list deploys process=${process} shows the others; tapit -a ${app} restart process=${process} replaces its tasks.`,
  })
}

function neverLive({ app, id, process, state }: Deployment): Refusal {
  return new Refusal({
    code: 'never_live',
    message: `${id} of ${process} was never live: it is ${statusOf(state).replaceAll('_', ' ')}.`,
    advice: `tapit -a ${app} list deploys process=${process} status=finalized shows those that were.`,
  })
}
