import { carryOut } from '../../actions/prune/carry-out.ts'
import { planPruning, type PruningPlan } from '../../actions/prune/plan-pruning.ts'
import { goingOf } from '../../actions/prune/repository-plan.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler, Invocation } from '../command.ts'
import { openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { printResult } from '../print-result.ts'
import { commands } from '../wording/commands.ts'
import { goingText } from '../wording/going-text.ts'

export const pruneImages: Handler = async (invocation, io) => {
  const { process, keep } = invocation.keys
  const { app, environment, cluster, ports } = await openContext(invocation, io)
  const plans = await planPruning(
    {
      app,
      ...(environment !== undefined && { environment }),
      ...(process !== undefined && { processes: listed(process) }),
      ...(keep !== undefined && { keep: Number(keep) }),
    },
    ports,
  )
  const isDryRun = invocation.flags['dry-run'] === true
  if (!isDryRun) confirm(plans, { invocation, io, cluster })
  const done = []
  for (const plan of isDryRun ? [] : plans) done.push(await carryOut(cluster, plan, ports))
  const pruning = { app: cluster, plans, ...(!isDryRun && { done }) }
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json/pruning-document.ts')).pruningDocument(pruning),
      text: async view => (await import('../report/prune-images.ts')).showPruning(pruning, view),
    },
  )
  const trouble = done.find(each => each.trouble !== undefined)?.trouble
  if (trouble !== undefined) throw trouble
  return plans.some(({ is }) => is === 'left') ? exitCodes.refused : exitCodes.done
}

/** As for everything that cannot be undone: somebody at a terminal says that they mean it. */
function confirm(
  plans: readonly PruningPlan[],
  { invocation: { global, keys }, io, cluster }: { invocation: Invocation; io: Io; cluster: string },
): void {
  const images = plans.flatMap(plan => (plan.is === 'planned' ? goingOf(plan.verdicts) : []))
  const revisions = plans.flatMap(({ staleRevisions }) => staleRevisions)
  const isNothing = images.length + revisions.length === 0
  if (global.yes || !io.stderr.isTTY || isNothing) return
  const { process, keep } = keys
  const again = commands.pruneImages({
    app: cluster,
    ...(process !== undefined && { process }),
    ...(keep !== undefined && { keep }),
  })
  throw new Refusal({
    code: 'not_confirmed',
    exit: 'usage',
    message: `this would delete for good ${goingText({ images, revisions })}.`,
    advice: `${again} --dry-run   shows them\n${again} --yes   goes ahead`,
  })
}
