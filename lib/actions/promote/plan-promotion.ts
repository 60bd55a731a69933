import { Refusal } from '../../names/refusal.ts'
import type { Pointer } from '../../records/pointer.ts'
import { newestAndOpen } from '../history/newest-and-open.ts'
import type { RefusedProcess } from '../plan/plan.ts'
import { refusalOfProcesses } from '../plan/refusal-of-processes.ts'
import { saidOf } from '../said-of.ts'
import { type AppServices, appServices } from '../services/app-services.ts'
import { reconcile } from '../settle/reconcile.ts'
import { promotedVersions } from './promoted-versions.ts'
import type { LeftOut, Promotion, PromotionEnd, PromotionRequest } from './promotion.ts'
import { tapitIn } from './tapit-in.ts'

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
  if (pointed.length === 0) throw nothingToPromote({ from, to, processes, common })

  const found = [
    ...active
      .filter(({ process, pointer }) => pointer === undefined && processes?.includes(process) === true)
      .map(({ process }) => nothingActive(process, from)),
    ...(await promotedVersions(source.cluster.name, pointed, { from, to })),
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

function nothingActive(process: string, end: PromotionEnd): RefusedProcess {
  return {
    is: 'refused',
    process,
    code: 'nothing_active',
    reason: `nothing of it is active in ${end.name}: there is no version to promote.`,
    advice: `Deploy it there first: ${tapitIn(end)} create deploy process=${process} docker_tag=… --wait`,
  }
}

type Fruitless = Pick<PromotionRequest, 'from' | 'to' | 'processes'> & { readonly common: readonly string[] }

function nothingToPromote({ from, to, processes, common }: Fruitless): Refusal {
  const named = processes === undefined ? '' : ` process=${common.join(',')}`
  if (common.length === 0)
    return new Refusal({
      code: 'no_processes',
      message: `${from.name} and ${to.name} have no process in common: there is nothing to promote.`,
      advice: `Processes are matched by their names: ${tapitIn(from)} status, and ${tapitIn(to)} status.`,
    })
  return new Refusal({
    code: 'nothing_active',
    message: `nothing of ${common.join(', ')} is active in ${from.name}: there is no version to promote.`,
    advice: `Deploy there first: ${tapitIn(from)} create deploy${named} docker_tag=… --wait`,
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
