import type { GroupApp } from '../../actions/groups/group-app.ts'
import type { PlacedApp } from '../../actions/groups/is-same-app.ts'
import { lookAtGroup } from '../../actions/groups/look-at-group.ts'
import {
  partsToRollBack,
  planGroupRollback,
  rollBackGroup,
  showGroupRollback,
} from '../../actions/groups/roll-back-group.ts'
import type { Rebuilding, RollbackRequest } from '../../actions/rollback/plan-rollback.ts'
import { type ExitCode, exitCodes } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'
import type { Context } from '../context.ts'
import { asksFirst, confirmRollback } from '../deploys/confirm-rollback.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { rebuilding } from '../deploys/rebuilding.ts'
import type { Io } from '../io.ts'
import { startWaiting } from '../waiting.ts'
import { openGroup } from './open-group.ts'
import { reportGroup } from './report-group.ts'

/**
 * `rollback group=…` of a group over several apps: undone in all of them. Of a group of one app it only sees that it may be rolled back
 * now, and answers nothing: that is the rollback of that app.
 */
export async function rollBackWholeGroup(invocation: Invocation, io: Io): Promise<ExitCode | undefined> {
  const { group: id, process, config, initiator, reason, override } = invocation.keys
  const { group, open, isOverApps } = await openGroup(id, { invocation, io })
  const contexts = new Map<PlacedApp, Context>()
  const parts = await lookAtGroup(group, async place => {
    const context = await open(place)
    contexts.set(place, context)
    return context
  })
  if (!isOverApps) {
    partsToRollBack(group, parts)
    return undefined
  }
  const waiting = startWaiting(invocation, io)
  try {
    const options = {
      leaseSeconds: leaseSecondsOf(io.env),
      wait: invocation.flags['wait'] === true,
      patience: waiting.patience,
      signal: waiting.signal,
    }
    const rollbacks = await planGroupRollback(
      {
        group,
        config: config === 'current' ? 'current' : 'as_it_was',
        ...(process !== undefined && { processes: listed(process) }),
        ...(initiator !== undefined && { initiator }),
        ...(reason !== undefined && { reason }),
        ...(override !== undefined && { override }),
      },
      parts,
      { ...options, rebuildingIn },
    )
    const apps = rollbacks.map(({ app }) => app)
    if (invocation.flags['dry-run'] === true) {
      const { exit } = await reportGroup(showGroupRollback(rollbacks), { invocation, io, apps })
      return exitCodes[exit]
    }
    const shown = rollbacks.map(({ app: { label }, rollback, dry }) => ({
      label,
      rollback,
      plan: dry.plan,
    }))
    if (asksFirst(invocation, io) && !(await confirmRollback(shown, io))) {
      io.stderr.write('Nothing was changed.\n')
      return exitCodes.refused
    }
    const { exit } = await reportGroup(rollBackGroup(rollbacks, options), { invocation, io, apps })
    return exitCodes[exit]
  } finally {
    waiting.end()
  }

  function rebuildingIn({ place, label }: GroupApp, request: RollbackRequest): Rebuilding {
    const context = contexts.get(place)
    if (context === undefined) throw new Error(`${label} was not opened`)
    return rebuilding(request, { context, io })
  }
}
