import type { Deployment, Moment } from '../../deployment/deployment.ts'
import type { Audit, AuditEvent } from '../../records/audit.ts'
import type { Records, Stored } from '../../records/records.ts'

/** What of a record was told already: by this command, or by those that wrote it before. */
type Known = {
  readonly version: number
  readonly moments: number
  readonly decisions: number
  readonly isCancelRequested: boolean
}

/** Records that are remembered, the latest of those that were read; of others the one before is read again when it is written. */
const mostKnown = 1_000

/**
 * The records, of which every state that is entered is told to the audit, and every wish to cancel or to go on. The conditional write
 * decides who tells it: of two commands that see the same, the one that wrote it down.
 */
export function auditedRecords(records: Records, audit: Audit): Records {
  const known = new Map<string, Known>()

  function remember(stored: Stored<Deployment>): void {
    const { id } = stored.record
    const { version = 0 } = known.get(id) ?? {}
    if (stored.version < version) return
    known.delete(id)
    known.set(id, knownOf(stored))
    const [oldest] = known.keys()
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
  }

  async function before({ app, id }: Deployment, version: number): Promise<Known | undefined> {
    const remembered = known.get(id)
    if (remembered?.version === version) return remembered
    const present = await records.deployment(app, id)
    return present?.version === version ? knownOf(present) : undefined
  }

  const audited: Pick<
    Records,
    'createDeployment' | 'saveDeployment' | 'deployment' | 'deployments' | 'listDeployments'
  > = {
    async createDeployment(deployment) {
      const stored = await records.createDeployment(deployment)
      for (const event of eventsSince(nothing, deployment)) audit.tell(event)
      remember(stored)
      return stored
    },
    async saveDeployment(deployment, version) {
      const earlier = await before(deployment, version)
      const answer = await records.saveDeployment(deployment, version)
      if (answer === 'conflict') return answer
      for (const event of eventsSince(earlier ?? nothing, deployment)) audit.tell(event)
      remember(answer)
      return answer
    },
    async deployment(app, id) {
      const found = await records.deployment(app, id)
      if (found !== undefined) remember(found)
      return found
    },
    async deployments(app, ids) {
      const found = await records.deployments(app, ids)
      found.forEach(remember)
      return found
    },
    async listDeployments(options) {
      const page = await records.listDeployments(options)
      page.deployments.forEach(remember)
      return page
    },
  }
  return new Proxy(records, {
    get: (all, name): unknown => Reflect.get(name in audited ? audited : all, name),
  })
}

const nothing: Known = { version: 0, moments: 0, decisions: 0, isCancelRequested: false }

function knownOf({ record, version }: Stored<Deployment>): Known {
  const { timeline, decisions = [], cancelRequested } = record
  return {
    version,
    moments: timeline.length,
    decisions: decisions.length,
    isCancelRequested: cancelRequested !== undefined,
  }
}

/** What happened to a deployment beyond what is known, in the order of its happening. */
function eventsSince(known: Known, deployment: Deployment): readonly AuditEvent[] {
  const { cancelRequested, decisions = [], timeline } = deployment
  const cancelled = cancelRequested !== undefined && !known.isCancelRequested ? [cancelRequested] : []
  const wishes: readonly AuditEvent[] = [
    ...cancelled.map(({ by, at, reason }) => ({
      ...subjectOf(deployment),
      is: 'cancel' as const,
      at,
      ...(reason !== undefined && { reason }),
      details: { by },
    })),
    ...decisions.slice(known.decisions).map(({ stage, hookId, at, reason }) => ({
      ...subjectOf(deployment),
      is: 'continue' as const,
      at,
      ...(reason !== undefined && { reason }),
      details: { stage, hookId },
    })),
  ]
  const entered = timeline.slice(known.moments).map(moment => enteredEvent(moment, deployment))
  return [...wishes, ...entered].toSorted((one, other) => (one.at ?? 0) - (other.at ?? 0))
}

type Subject = Pick<AuditEvent, 'app' | 'process' | 'deploymentId' | 'groupId' | 'dockerTag' | 'imageDigest'>

function subjectOf({ app, process, id, groupId, dockerTag, imageDigest }: Deployment): Subject {
  return {
    app,
    process,
    deploymentId: id,
    groupId,
    dockerTag,
    ...(imageDigest !== undefined && { imageDigest }),
  }
}

function enteredEvent(moment: Moment, deployment: Deployment): AuditEvent {
  const { trigger, strategy, initiator, restores, caller } = deployment
  const reason = reasonOf(moment, deployment)
  return {
    ...subjectOf(deployment),
    is: 'deployment',
    state: moment.is,
    at: moment.at,
    ...(reason !== undefined && { reason }),
    details: {
      trigger,
      strategy,
      // Whoever sees in ECS how it ended writes the line, and need not be who asked for it.
      requestedBy: caller,
      ...(moment.step !== undefined && { step: moment.step }),
      ...(initiator !== undefined && { initiator }),
      ...(restores !== undefined && { restores }),
      ...whyOf(moment, deployment),
    },
  }
}

/** Whoever cancels or takes over says why; else what was said when it was asked for. */
function reasonOf(moment: Moment, { state, reason }: Deployment): string | undefined {
  const isPresent = moment.is === state.is
  return isPresent && 'cancellation' in state ? (state.cancellation.reason ?? reason) : reason
}

/** The codes of what ended it: their sentences can hold what a container logged. */
function whyOf(moment: Moment, { state }: Deployment): AuditEvent['details'] {
  if (moment.is !== state.is) return {}
  if ('failure' in state) return { code: state.failure.code }
  if ('policy' in state) return { policy: state.policy }
  if (!('cancellation' in state)) return {}
  const { code, successor } = state.cancellation
  return { code, ...(successor !== undefined && { successor }) }
}
