import type { Plan } from '../actions/plan.ts'
import type { Invocation } from './command.ts'
import type { Io } from './io.ts'

export async function printPlan(
  plan: Plan,
  { invocation, io }: { invocation: Invocation; io: Io },
): Promise<void> {
  if (invocation.global.output === 'json') {
    const { planDocument } = await import('./report/json.ts')
    return print(io, JSON.stringify(planDocument(plan), undefined, 2))
  }
  const { showPlan } = await import('./report/plan.ts')
  const { viewOf } = await import('./report/view.ts')
  print(io, showPlan(plan, viewOf(io.stdout, { env: io.env, now: io.clock.now() })).join('\n'))
}

function print({ stdout }: Io, text: string): void {
  stdout.write(`${text}\n`)
}
