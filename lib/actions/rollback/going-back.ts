import type { Deployment } from '../../deployment/deployment.ts'
import { type Stored } from '../../records/records.ts'
import { wentLive } from '../../images/recorded-uses.ts'
import { statusOf } from '../../deployment/projections.ts'
import type { Instant } from '../../deployment/state.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import { unknownDeployment } from '../history/find-deployments.ts'
import type { Ports } from '../ports.ts'
import { revisionName } from '../../deployment/task-definition.ts'

/** Which past deployment a process goes back to. */
export type GoingBack = {
  readonly process: string
  /** The active deployment; absent where tapit knows of none. */
  readonly from?: string
  readonly to: Deployment
  /** Newer ones that brought the very version that runs: going back to them would change nothing. Newest first. */
  readonly skipped?: readonly Deployment[]
}

export type GoingBackRequest = {
  readonly app: string
  readonly process: string
  readonly pointer?: Pointer
  /** Whether the task definition comes back as well, or the image alone. */
  readonly config: 'as_it_was' | 'current'
}

const pageSize = 50
const mostPages = 10

/** What each process goes back to where nobody says: the newest deployment of another version that was active before the one that runs. */
export async function newestToGoBackTo(
  { app, process, pointer, config }: GoingBackRequest,
  records: Ports['records'],
): Promise<GoingBack> {
  const lineage = pointer === undefined ? [] : await lineageOf(app, pointer.deploymentId, records)
  // However often a version was brought back, what came before it is further back.
  const version = lineage.at(-1)
  const isSame = sameVersionAs(lineage[0], { config })
  const skipped: Deployment[] = []
  for await (const { record } of newestFirst(app, process, records)) {
    if (!isCandidate(record, version)) continue
    if (isSame(record)) {
      skipped.push(record)
      continue
    }
    const from = pointer && { from: pointer.deploymentId }
    return { process, to: record, ...from, ...(skipped.length > 0 && { skipped }) }
  }
  throw new Refusal({
    code: 'nothing_to_go_back_to',
    message: `there is nothing to go back to for ${process}: ${whyNothing(pointer, skipped)}.`,
    advice: `tapit -a ${app} list deploys process=${process} shows what there was; to=dep_… names one.`,
  })
}

function whyNothing(pointer: Pointer | undefined, skipped: readonly Deployment[]): string {
  if (pointer === undefined) return 'nothing of it was ever live'
  const { deploymentId, dockerTag } = pointer
  if (skipped.length === 0) return `no deployment of it was live before ${deploymentId} (${dockerTag})`
  const same = skipped.map(each => `${each.id} (${each.dockerTag})`).join(', ')
  return `all that was live before ${deploymentId} (${dockerTag}) is the version that runs: ${same}`
}

/**
 * Whether a deployment brought what runs: a deploy that was tried again is no version of its own. That is the same image, from the same
 * revision of the template; a service without one copies each revision from the last.
 */
function sameVersionAs(
  running: Deployment | undefined,
  { config }: Pick<GoingBackRequest, 'config'>,
): (candidate: Deployment) => boolean {
  const revisions = new Set(running === undefined ? [] : revisionsOf(running))
  return candidate => {
    if (running === undefined || candidate.imageDigest !== running.imageDigest) return false
    if (config === 'current') return true
    const own = revisionsOf(candidate)
    if (!own.some(each => revisions.has(each))) return false
    for (const each of own) revisions.add(each)
    return true
  }
}

/** What its own revision is copied from, and that one. */
function revisionsOf({ config, state }: Deployment): readonly string[] {
  const own = 'ecs' in state ? state.ecs?.taskDefinition : undefined
  return [
    ...(config === undefined ? [] : [config.template]),
    ...(own === undefined ? [] : [revisionName(own)]),
  ]
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
    yield* deployments.toSorted((one, other) => begunAt(other.record) - begunAt(one.record))
    if (next === undefined) return
    from = { from: next }
  }
}

/** What a rollback has moved away from is newer than what it went back to, and stays left out. */
function isCandidate(record: Deployment, version: Deployment | undefined): boolean {
  if (!wentLive(record) || record.imageDigest === undefined) return false
  return version === undefined || begunAt(record) < begunAt(version)
}

/** In ECS: what was approved late stands earlier in the history than what was live before it. */
function begunAt({ state, createdAt }: Deployment): Instant {
  return ('ecs' in state ? state.ecs?.createdAt : undefined) ?? createdAt
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
