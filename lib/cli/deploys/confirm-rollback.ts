import type { Plan } from '../../actions/plan/plan.ts'
import type { RollbackPlan } from '../../actions/rollback/plan-rollback.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { showPlan } from '../report/plan.ts'
import { viewOf } from '../report/view.ts'
import { printable } from '../text/printable.ts'
import { rebuildText } from '../wording/rebuild-text.ts'

export type ShownRollback = {
  /** The name of the app, where there are several. */
  readonly label?: string
  readonly rollback: RollbackPlan
  readonly plan: Plan
}

/** Whether somebody is at a terminal, and is to be asked; refuses where nobody could hear their answer. */
export function asksFirst({ global }: Pick<Invocation, 'global'>, io: Io): boolean {
  // Some systems of CI run their jobs in a terminal, where nobody sits.
  if (global.yes || !io.stderr.isTTY || io.env['CI'] === 'true') return false
  if (io.openDialogue !== undefined) return true
  throw new Refusal({
    code: 'not_confirmed',
    exit: 'usage',
    message: 'a rollback asks at a terminal, and its standard input is none: nobody could answer.',
    advice: '--yes goes ahead without asking; --dry-run shows what it would do.',
  })
}

/** Shows somebody at a terminal what would change, and asks. */
export async function confirmRollback(rollbacks: readonly ShownRollback[], io: Io): Promise<boolean> {
  const view = viewOf(io.stderr, { env: io.env, now: io.clock.now() })
  const lines = rollbacks.flatMap(({ label, rollback: { back }, plan }) => {
    const nameOf = (process: string): string => (label === undefined ? process : `${label}/${process}`)
    return [
      ...showPlan(label === undefined ? plan : { ...plan, app: label }, view),
      ...back.flatMap(({ process, to, rebuild }) =>
        rebuild === undefined
          ? []
          : `  ${nameOf(process)}  ${printable(rebuildText(to.dockerTag, rebuild.from))}`,
      ),
    ]
  })
  io.stderr.write(lines.map(line => `${line}\n`).join(''))
  const dialogue = await io.openDialogue?.()
  try {
    const answer = await dialogue?.ask('Roll back? (y/N) ')
    return /^y(es)?$/i.test(answer?.trim() ?? '')
  } finally {
    dialogue?.close()
  }
}
