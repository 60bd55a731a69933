import type { Handler } from '../command.ts'

export const status: Handler = async (invocation, io) => {
  const { openContext } = await import('../context.ts')
  const { status: readStatus } = await import('../../actions/status.ts')
  const { printResult } = await import('../print-result.ts')
  const context = await openContext(invocation, io)
  const found = await readStatus(context, context)
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json.ts')).statusDocument(found),
      text: async view => (await import('../report/status.ts')).showStatus(found, view),
    },
  )
  return 0
}
