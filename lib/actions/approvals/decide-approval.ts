import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import { decideEach } from '../cancel-continue/decide-each.ts'
import type { DeployEvent } from '../events.ts'
import { findDeployments } from '../history/find-deployments.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'
import { type Word, approve, deny } from './approve.ts'
import { toldOfMovedTags } from './moved-tags.ts'
import { refuseOtherImage } from './refuse-other-image.ts'
import { isWaiting } from './settle-expired.ts'

export type ApprovalDecision = {
  readonly app: string
  /** A deployment or a group. */
  readonly id: string
  readonly decision: 'approve' | 'deny'
  readonly message?: string
  /** How the digests begin of what is approved. @default - whatever waits */
  readonly images?: readonly string[]
}

export type ApprovalEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

/** Approves or denies a deployment, or all of a group that wait. Refuses where none of them could be decided on. */
export async function* decideApproval(
  { app, id, decision, message, images }: ApprovalDecision,
  ports: Ports,
): AsyncGenerator<DeployEvent, ApprovalEnd, void> {
  const { group, deployments } = await findDeployments(app, id, ports.records)
  const who = await ports.identity.whoIs()
  const word: Word = {
    who,
    ports,
    ...(message !== undefined && { message }),
    ...(images && { images }),
  }
  const waiting = deployments.filter(isWaiting)
  // All or none: whoever says which images says it of the whole.
  for (const { record } of waiting) refuseOtherImage(record, images)
  if (decision === 'approve') yield* toldOfMovedTags(waiting, ports)
  const { decided, undecided } = yield* decideEach(waiting.length === 0 ? deployments : waiting, {
    clock: ports.clock,
    decide: stored => (decision === 'approve' ? approve(stored, word) : deny(stored, word)),
    isItsOwn: refusal => !(refusal instanceof Trouble),
  })
  const told = [...decided, ...undecided.map(({ stored }) => stored)]
  return {
    exit: undecided.length === 0 ? 'done' : 'failed',
    group,
    deployments: told.map(({ record }) => record),
  }
}
