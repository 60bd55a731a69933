import { lookAtGroup } from '../../actions/groups/look-at-group.ts'
import {
  type AppRollback,
  partsToRollBack,
  planGroupRollback,
  rollBackGroup,
} from '../../actions/groups/roll-back-group.ts'
import { type ExitCode, exitCodes } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { openGroup } from './open-group.ts'
import { printGroup } from './print-group.ts'
import { showPlan } from '../report/plan.ts'
import { viewOf } from '../report/view.ts'
import { reportGroup } from './report-group.ts'
import { startWaiting } from '../waiting.ts'

/**
 * `rollback group=…` of a group over several apps: undone in all of them. Of a group of one app it only sees that it may be rolled back
 * now, and answers nothing: that is the rollback of that app.
 */
export async function rollBackWholeGroup(invocation: Invocation, io: Io): Promise<ExitCode | undefined> {
  const { group: id, process, config, initiator, reason, override } = invocation.keys
  const { group, open, isOverApps } = await openGroup(id, { invocation, io })
  const parts = await lookAtGroup(group, open)
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
      options,
    )
    if (invocation.flags['dry-run'] === true) {
      await printGroup(rollbacks.map(outcomeOf), { invocation, io })
      return exitCodes.done
    }
    if (!(await isConfirmed(rollbacks, invocation, io))) {
      io.stderr.write('Nothing was changed.\n')
      return exitCodes.refused
    }
    const apps = rollbacks.map(({ app }) => app)
    const { exit } = await reportGroup(rollBackGroup(rollbacks, options), { invocation, io, apps })
    return exitCodes[exit]
  } finally {
    waiting.end()
  }
}

function outcomeOf({ app, plan }: AppRollback): Parameters<typeof printGroup>[0][number] {
  return {
    app,
    label: app.label,
    place: app.place,
    exit: 'done',
    deployments: [],
    ...(plan !== undefined && { plan }),
  }
}

/** Somebody at a terminal is shown what would change. */
async function isConfirmed(
  rollbacks: readonly AppRollback[],
  { global }: Invocation,
  io: Io,
): Promise<boolean> {
  if (global.yes || io.openDialogue === undefined || !io.stderr.isTTY) return true
  const view = viewOf(io.stderr, { env: io.env, now: io.clock.now() })
  const lines = rollbacks.flatMap(({ app: { label }, plan, rollback: { inFlight } }) => [
    ...(plan === undefined ? [] : showPlan({ ...plan, app: label }, view)),
    ...inFlight.map(
      ({ record: { process, dockerTag, id } }) =>
        `  ${label}/${process}  stops ${dockerTag} (${id}); what ran before runs again`,
    ),
  ])
  io.stderr.write(lines.map(line => `${line}\n`).join(''))
  const dialogue = await io.openDialogue()
  try {
    const answer = await dialogue.ask('Roll back? (y/N) ')
    return /^y(es)?$/i.test(answer?.trim() ?? '')
  } finally {
    dialogue.close()
  }
}
