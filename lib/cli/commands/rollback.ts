import { type RollbackRequest, planRollback } from '../../actions/rollback/plan-rollback.ts'
import { dryRollback, rollBack } from '../../actions/rollback/roll-back.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler, Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import { asksFirst, confirmRollback } from '../deploys/confirm-rollback.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { rebuilding } from '../deploys/rebuilding.ts'
import { reportDeployment } from '../deploys/report-deployment.ts'
import { startWaiting } from '../waiting.ts'

export const rollback: Handler = async (invocation, io) => {
  if (invocation.keys['group'] !== undefined && invocation.keys['to'] === undefined) {
    const { rollBackWholeGroup } = await import('../groups/roll-back-whole-group.ts')
    const exit = await rollBackWholeGroup(invocation, io)
    if (exit !== undefined) return exit
  }
  const leaseSeconds = leaseSecondsOf(io.env)
  const context = await openContext(invocation, io)
  const request = requestOf(invocation, context)
  const waiting = startWaiting(invocation, io)
  try {
    const { ports, observer } = context
    const means = { ports, observer, leaseSeconds, signal: waiting.signal, patience: waiting.patience }
    const isDryRun = invocation.flags['dry-run'] === true
    const { rebuild, buildFor } = rebuilding(request, { context, io })
    const plan = await planRollback(request, { ports, observer, rebuild })
    const build = await buildFor(plan)
    if (!isDryRun && asksFirst(invocation, io)) {
      const dry = await dryRollback(request, plan, { ...means, ...(build && { build }) })
      if (!(await confirmRollback([{ rollback: plan, plan: dry.plan }], io))) {
        io.stderr.write('Nothing was changed.\n')
        return exitCodes.refused
      }
    }
    const wait = invocation.flags['wait'] === true
    const options = { ...means, dryRun: isDryRun, wait, ...(build && { build }) }
    const end = await reportDeployment(rollBack(request, plan, options), { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}

function requestOf({ keys }: Invocation, { app, environment, cluster }: Context): RollbackRequest {
  const { process, to, group, initiator, reason, config, override } = keys
  const both = [to, group].every(each => each !== undefined)
  if (both)
    throw new Refusal({
      code: 'keys_exclude_each_other',
      exit: 'usage',
      message:
        'to= and group= exclude each other: one names what to go back to, the other what to go back from.',
      advice: 'tapit rollback to=dep_… , or tapit rollback group=grp_…',
    })
  return {
    app,
    cluster,
    config: config === 'current' ? 'current' : 'as_it_was',
    ...(environment !== undefined && { environment }),
    ...(process !== undefined && { processes: listed(process) }),
    ...(to !== undefined && { to }),
    ...(group !== undefined && { group }),
    ...(initiator !== undefined && { initiator }),
    ...(override !== undefined && { override }),
    ...(reason !== undefined && { reason }),
  }
}
