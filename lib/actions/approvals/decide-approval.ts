import type { Deployment } from '../../deployment/deployment.ts'
import { type ExitName, Refusal } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import { findDeployments } from '../find-deployments.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'
import { type Word, approve, deny } from './approve.ts'

export type ApprovalDecision = {
  readonly app: string
  /** A deployment or a group. */
  readonly id: string
  readonly decision: 'approve' | 'deny'
  readonly message?: string
}

export type ApprovalEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

/** Approves or denies a deployment, or all of a group that wait. Refuses where none of them could be decided on. */
export async function* decideApproval(
  { app, id, decision, message }: ApprovalDecision,
  ports: Ports,
): AsyncGenerator<DeployEvent, ApprovalEnd, void> {
  const { group, deployments } = await findDeployments(app, id, ports.records)
  const who = await ports.identity.whoIs()
  const word: Word = { who, ports, ...(message !== undefined && { message }) }
  const waiting = deployments.filter(({ record }) => record.state.is === 'awaiting_approval')
  const decided: Stored<Deployment>[] = []
  const refused: Refusal[] = []
  for (const stored of waiting.length === 0 ? deployments : waiting) {
    try {
      const next = await (decision === 'approve' ? approve(stored, word) : deny(stored, word))
      decided.push(next)
      yield { is: 'changed', at: ports.clock.now(), before: stored.record, deployment: next.record }
    } catch (error) {
      if (!(error instanceof Refusal) || error instanceof Trouble) throw error
      refused.push(error)
    }
  }
  const [refusal] = refused
  if (refusal !== undefined && decided.length === 0) throw refusal
  return { exit: 'done', group, deployments: decided.map(({ record }) => record) }
}
