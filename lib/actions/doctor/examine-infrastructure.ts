import { revisionName } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { type AppService, appServices } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import { isPlaceholder } from '../services/is-placeholder.ts'
import type { Cluster, Ports } from '../ports.ts'
import { changedHealthChecks } from './changed-health-checks.ts'
import { type Change, lostProcesses, movedRules, replacedBootstraps, writtenRules } from './compare.ts'
import type { Finding } from './finding.ts'
import { narrowedRoles } from './narrowed-roles.ts'
import type { ListenerRules } from '../ports.ts'
import type { Stacks } from './ports.ts'
import { replacedTargetGroups } from './replaced-target-groups.ts'
import type { Template } from './template.ts'

const readsAtOnce = 5

export type Wish = {
  readonly app: string
  readonly environment?: string
  readonly stack: string
  /** The change: a template that was synthesized, or the name of a change set. */
  readonly next: Template | { readonly changeSet: string }
}

export type Outside = {
  readonly ports: Pick<Ports, 'ecs'>
  readonly stacks: Stacks
  readonly rules: ListenerRules
}

/** What a change of an app's infrastructure would spoil of what runs now. Changes nothing. */
export async function examineInfrastructure(
  { app, environment, stack, next }: Wish,
  { ports, stacks, rules }: Outside,
): Promise<readonly Finding[]> {
  const deployed = await stacks.deployed(stack)
  if (deployed === undefined) return [{ is: 'first_deploy', stack }]
  const [physicalIds, after, { services, cluster }] = await Promise.all([
    stacks.physicalIds(stack),
    'changeSet' in next ? stacks.changeSet(stack, next.changeSet) : { template: next },
    processesOf(app, environment, ports),
  ])
  const { template, ...more } = after
  const change: Change = { stack, deployed, next: template, physicalIds, ...more }
  const written = writtenRules(change)
  const moved = movedRules(written, await rules.live(written.map(({ arn }) => arn)))
  const [narrowed, judged] = [narrowedRoles(change), changedHealthChecks(change)]
  const concerned = concernedBy([...moved, ...narrowed, ...judged], services)
  const running = await runningRevisions(concerned, { cluster, ports })
  // A placeholder has no roles, and answers at every path.
  const isFelt = ({ process }: { readonly process: string }): boolean =>
    running.get(process)?.isPlaceholder !== true
  const [busy, quiet] = [services.filter(isBusy), services.filter(each => !isBusy(each))]
  const findings = [
    ...busy.map(inProgress),
    ...(await strayRevisions(quiet, ports)),
    ...moved.map(finding => withTag(finding, running)),
    ...replacedBootstraps(change),
    ...replacedTargetGroups(change),
    ...lostProcesses(change),
    ...narrowed.filter(isFelt).map(finding => withTag(finding, running)),
    ...judged.filter(isFelt),
  ]
  return findings.length === 0 ? [{ is: 'harmless', stack }] : findings
}

type Processes = { readonly services: readonly AppService[]; readonly cluster?: Cluster }

/** A stack without a cluster yet has no processes that could be disturbed. */
async function processesOf(
  app: string,
  environment: string | undefined,
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<Processes> {
  try {
    return await appServices(ecs, { app, ...(environment !== undefined && { environment }) })
  } catch (error) {
    const isEmpty =
      error instanceof Refusal && (error.code === 'unknown_app' || error.code === 'no_processes')
    if (isEmpty) return { services: [] }
    throw error
  }
}

function inProgress({ process }: AppService): Finding {
  return { is: 'deployment_in_progress', process }
}

/** Two revisions at once, or one that is not all there. */
function isBusy({ service: { deployments } }: AppService): boolean {
  return deployments.length > 1 || deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')
}

/** What a failed deploy left that nobody has looked at since. The bare family in the template stands for the newest revision, whatever runs. */
async function strayRevisions(
  services: readonly AppService[],
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<readonly Finding[]> {
  const fromTemplates = services.filter(({ service }) => service.tags[tagKeys.template] !== undefined)
  const found = await inParallel(
    fromTemplates,
    readsAtOnce,
    async ({ process, service }): Promise<readonly Finding[]> => {
      const running = revisionName(service.taskDefinition)
      const [newest] = await ecs.newestRevisions(running.replace(/:\d+$/, ''))
      return newest === undefined || newest === service.taskDefinition
        ? []
        : [{ is: 'stray_revision', process, newest: revisionName(newest), running }]
    },
  )
  return found.flat()
}

type Concerning = { readonly process?: string }

function concernedBy(
  findings: readonly Concerning[],
  services: readonly AppService[],
): readonly AppService[] {
  return services.filter(({ process }) => findings.some(finding => finding.process === process))
}

type Running = { readonly dockerTag?: string; readonly isPlaceholder: boolean }

/** What runs of processes, by process. */
async function runningRevisions(
  services: readonly AppService[],
  { cluster, ports: { ecs } }: { readonly cluster?: Cluster; readonly ports: Pick<Ports, 'ecs'> },
): Promise<ReadonlyMap<string, Running>> {
  const running = await inParallel(services, readsAtOnce, async ({ process, service }) => {
    const revision = await ecs.taskDefinition(service.taskDefinition)
    const { tags } = service
    return [
      process,
      {
        dockerTag: revision?.tags[tagKeys.dockerTag],
        isPlaceholder: Boolean(revision && cluster && isPlaceholder(revision, { tags, cluster })),
      },
    ] as const
  })
  return new Map(running)
}

/** With what runs, where a finding is mended by deploying it once more. */
function withTag(
  finding: Extract<Finding, { is: 'weights_moved' | 'grants_removed' }>,
  running: ReadonlyMap<string, Running>,
): Finding {
  const dockerTag = running.get(finding.process ?? '')?.dockerTag
  return { ...finding, ...(dockerTag !== undefined && { dockerTag }) }
}
