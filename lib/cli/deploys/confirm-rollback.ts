import type { Plan } from '../../actions/plan/plan.ts'
import type { RollbackPlan } from '../../actions/rollback/roll-back.ts'
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
  /** Absent where nothing is deployed: what is under way is stopped. */
  readonly plan?: Plan
}

/** Whether somebody is at a terminal, and is to be asked. */
export function asksFirst({ global }: Pick<Invocation, 'global'>, io: Io): boolean {
  return !global.yes && io.openDialogue !== undefined && io.stderr.isTTY
}

/** Shows somebody at a terminal what would change, and asks. */
export async function confirmRollback(rollbacks: readonly ShownRollback[], io: Io): Promise<boolean> {
  const view = viewOf(io.stderr, { env: io.env, now: io.clock.now() })
  const lines = rollbacks.flatMap(({ label, rollback: { inFlight, back }, plan }) => {
    const nameOf = (process: string): string => (label === undefined ? process : `${label}/${process}`)
    return [
      ...(plan === undefined ? [] : showPlan(label === undefined ? plan : { ...plan, app: label }, view)),
      ...inFlight.map(
        ({ record: { process, dockerTag, id } }) =>
          `  ${nameOf(process)}  stops ${dockerTag} (${id}); what ran before runs again`,
      ),
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
