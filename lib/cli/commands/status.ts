import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { status as readStatus } from '../../actions/status/status.ts'
import { printResult } from '../print-result.ts'

export const status: Handler = async (invocation, io) => {
  const context = await openContext(invocation, io)
  const { process } = invocation.keys
  const found = await readStatus(
    {
      app: context.app,
      environment: context.environment,
      ...(process !== undefined && { processes: listed(process) }),
    },
    context,
  )
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json.ts')).statusDocument(found),
      text: async view => (await import('../report/status.ts')).showStatus(found, view),
    },
  )
  return 0
}
