import { deploy } from '../../actions/deploy/deploy.ts'
import type { Plan } from '../../actions/plan/plan.ts'
import {
  type RollbackPlan,
  type RollbackRequest,
  deployRequest,
  planRollback,
  rollBack,
} from '../../actions/rollback/roll-back.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler, Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { rebuilding } from '../deploys/rebuilding.ts'
import { reportDeployment } from '../deploys/report-deployment.ts'
import { showPlan } from '../report/plan.ts'
import { viewOf } from '../report/view.ts'
import { printable } from '../text/printable.ts'
import { startWaiting } from '../waiting.ts'
import { rebuildText } from '../wording/rebuild-text.ts'

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
    if (!isDryRun && !(await isConfirmed(plan))) {
      io.stderr.write('Nothing was changed.\n')
      return exitCodes.refused
    }
    const wait = invocation.flags['wait'] === true
    const options = { ...means, dryRun: isDryRun, wait, ...(build && { build }) }
    const end = await reportDeployment(rollBack(request, plan, options), { invocation, io, context })
    return exitCodes[end.exit]

    /** Somebody at a terminal is shown what would change. */
    async function isConfirmed(wanted: RollbackPlan): Promise<boolean> {
      if (invocation.global.yes || io.openDialogue === undefined || !io.stderr.isTTY) return true
      const dry = { ...means, dryRun: true, wait: false }
      const shown =
        wanted.back.length === 0
          ? undefined
          : await planOf(deploy(deployRequest(request, wanted, build), dry))
      return asked(wanted, shown, io)
    }
  } finally {
    waiting.end()
  }
}

async function planOf(events: ReturnType<typeof deploy>): Promise<Plan> {
  while (true) {
    const { done, value } = await events.next()
    if (done === true) return value.plan
  }
}

async function asked({ inFlight, back }: RollbackPlan, plan: Plan | undefined, io: Io): Promise<boolean> {
  const view = viewOf(io.stderr, { env: io.env, now: io.clock.now() })
  const stopping = inFlight.map(
    ({ record: { process, dockerTag, id } }) =>
      `  ${process}  stops ${dockerTag} (${id}); what ran before runs again`,
  )
  const rebuilt = back.flatMap(({ process, to, rebuild }) =>
    rebuild === undefined ? [] : `  ${process}  ${printable(rebuildText(to.dockerTag, rebuild.from))}`,
  )
  const lines = [...(plan === undefined ? [] : showPlan(plan, view)), ...stopping, ...rebuilt]
  io.stderr.write(lines.map(line => `${line}\n`).join(''))
  const dialogue = await io.openDialogue?.()
  try {
    const answer = await dialogue?.ask('Roll back? (y/N) ')
    return /^y(es)?$/i.test(answer?.trim() ?? '')
  } finally {
    dialogue?.close()
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
