import type { ExitName } from '../../names/refusal.ts'
import { Refusal } from '../../names/refusal.ts'
import { isOngoing } from '../services/is-ongoing.ts'
import type { Ports, ServiceDeployment } from '../ports.ts'
import { Trouble } from '../trouble.ts'
import { refuseUnanswered } from './unanswered.ts'
import type { Unrecorded } from './unrecorded-deployments.ts'

export type UnrecordedDecision = 'continue' | 'cancel'

export type UnrecordedEnd = {
  readonly exit: ExitName
  readonly decided: readonly Unrecorded[]
}

export type DecideOptions = {
  readonly ports: Pick<Ports, 'ecs' | 'clock' | 'audit'>
  readonly wait: boolean
  readonly signal: AbortSignal
}

/** Between two looks at what is waited for, in milliseconds. */
const betweenLooks = 2_000

/** Lets deployments go on, or asks ECS to go back, that tapit has no records of. Nothing of it is written down but in the audit. */
export async function decideUnrecorded(
  found: readonly Unrecorded[],
  decision: UnrecordedDecision,
  { ports, wait, signal }: DecideOptions,
): Promise<UnrecordedEnd> {
  const { ecs, audit } = ports
  const wishes =
    decision === 'cancel'
      ? found.map(each => ({ ...each, ask: () => ecs.rollBack(each.deployment.arn), details: {} }))
      : waiting(found).map(each => {
          const { deployment, hookId } = each
          const ask = () => ecs.goOn({ serviceDeployment: deployment.arn, hookId })
          return { ...each, ask, details: { hookId } }
        })
  for (const [index, { app, process, deployment, ask, details }] of wishes.entries()) {
    const { arn: serviceDeployment } = deployment
    const answer = await ask().catch((error: unknown) => {
      // Nothing of it is on record, and so nothing tells who ends it: where the answer is lost, that is said.
      if (error instanceof Trouble && error.kind === 'transient')
        return refuseUnanswered({ app, process }, { id: serviceDeployment, wish: wishWords[decision] })
      throw error
    })
    if (answer === 'too_late') refuseTooLate(process, { isFirst: index === 0 })
    audit.tell({ is: decision, app, process, details: { serviceDeployment, ...details } })
  }
  if (!wait) return { exit: 'done', decided: await lookedAt(found, ports) }
  return followed(found, decision, { ports, signal })
}

function waiting(found: readonly Unrecorded[]): readonly (Unrecorded & { readonly hookId: string })[] {
  const paused = found.flatMap(each =>
    each.deployment.hooks.flatMap(({ id, status }) =>
      id !== undefined && status === 'AWAITING_ACTION' ? [{ ...each, hookId: id }] : [],
    ),
  )
  if (paused.length > 0) return paused
  const processes = found.map(({ process }) => process).join(', ')
  throw new Refusal({
    code: 'nothing_waits',
    message: `the deployment of ${processes} does not wait for anybody.`,
    advice: `tapit -a ${found[0]?.app} status shows how it stands.`,
  })
}

async function followed(
  found: readonly Unrecorded[],
  decision: UnrecordedDecision,
  { ports, signal }: Omit<DecideOptions, 'wait'>,
): Promise<UnrecordedEnd> {
  while (true) {
    const decided = await lookedAt(found, ports)
    const isOver = decided.every(({ deployment }) => !isOngoing(deployment))
    if (isOver) {
      const isGood = decided.every(({ deployment }) => isAsWanted(deployment, decision))
      return { exit: isGood ? 'done' : 'failed', decided }
    }
    if (signal.aborted)
      return { exit: signal.reason === 'time_over' ? 'in_progress' : 'interrupted', decided }
    await ports.clock.sleep(betweenLooks, signal)
  }
}

function isAsWanted({ status }: ServiceDeployment, decision: UnrecordedDecision): boolean {
  return decision === 'continue'
    ? status === 'SUCCESSFUL'
    : status === 'ROLLBACK_SUCCESSFUL' || status === 'STOPPED'
}

async function lookedAt(
  found: readonly Unrecorded[],
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<readonly Unrecorded[]> {
  const now = await ecs.serviceDeployments(found.map(({ deployment }) => deployment.arn))
  return found.map(each => ({
    ...each,
    deployment: now.find(({ arn }) => arn === each.deployment.arn) ?? each.deployment,
  }))
}

const wishWords = { cancel: 'go back with', continue: 'go on with' } as const

/** Where ECS was asked for others before, something has changed. */
function refuseTooLate(process: string, { isFirst }: { readonly isFirst: boolean }): never {
  throw new Refusal({
    code: 'too_late',
    exit: isFirst ? 'refused' : 'failed',
    message: `the deployment of ${process} has just gone on, or come to its end.`,
    advice: 'tapit status shows how it stands.',
  })
}
