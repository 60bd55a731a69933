import { revisionName } from '../../deployment/task-definition.ts'
import { tagKeys } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'
import { type AppService, appServices } from '../app-services.ts'
import { inParallel } from '../batches.ts'
import type { Ports } from '../ports.ts'
import { type Change, lostProcesses, movedRules, replacedBootstraps, writtenRules } from './compare.ts'
import type { Finding } from './finding.ts'
import type { ListenerRules, Stacks } from './ports.ts'
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
  const [physicalIds, after, services] = await Promise.all([
    stacks.physicalIds(stack),
    'changeSet' in next ? stacks.changeSet(stack, next.changeSet) : { template: next },
    servicesOf(app, environment, ports),
  ])
  const { template, ...more } = after
  const change: Change = { stack, deployed, next: template, physicalIds, ...more }
  const written = writtenRules(change)
  const moved = movedRules(written, await rules.live(written.map(({ arn }) => arn)))
  const [busy, quiet] = [services.filter(isBusy), services.filter(each => !isBusy(each))]
  const findings = [
    ...busy.map(inProgress),
    ...(await strayRevisions(quiet, ports)),
    ...(await Promise.all(moved.map(finding => withTag(finding, services, ports)))),
    ...replacedBootstraps(change),
    ...lostProcesses(change),
  ]
  return findings.length === 0 ? [{ is: 'harmless', stack }] : findings
}

/** A stack without a cluster yet has no processes that could be disturbed. */
async function servicesOf(
  app: string,
  environment: string | undefined,
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<readonly AppService[]> {
  try {
    const { services } = await appServices(ecs, { app, ...(environment !== undefined && { environment }) })
    return services
  } catch (error) {
    if (error instanceof Refusal && (error.code === 'unknown_app' || error.code === 'no_processes')) return []
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

async function withTag(
  finding: Extract<Finding, { is: 'weights_moved' }>,
  services: readonly AppService[],
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<Finding> {
  const service = services.find(({ process }) => process === finding.process)?.service
  const running = service && (await ecs.taskDefinition(service.taskDefinition))
  const dockerTag = running?.tags[tagKeys.dockerTag]
  return { ...finding, ...(dockerTag !== undefined && { dockerTag }) }
}
