import type { AppStatus } from '../actions/process-status.ts'
import type { Invocation } from './command.ts'
import type { Io } from './io.ts'

export async function printStatus(
  status: AppStatus,
  { invocation, io }: { invocation: Invocation; io: Io },
): Promise<void> {
  if (invocation.global.output === 'json') {
    const { statusDocument } = await import('./report/json.ts')
    io.stdout.write(`${JSON.stringify(statusDocument(status), undefined, 2)}\n`)
    return
  }
  const { showStatus } = await import('./report/status.ts')
  const { viewOf } = await import('./report/view.ts')
  io.stdout.write(
    `${showStatus(status, viewOf(io.stdout, { env: io.env, now: io.clock.now() })).join('\n')}\n`,
  )
}
