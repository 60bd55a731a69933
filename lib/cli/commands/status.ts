import type { Handler } from '../command.ts'

export const status: Handler = async (invocation, io) => {
  const { openContext } = await import('../context.ts')
  const { status: readStatus } = await import('../../actions/status.ts')
  const { printStatus } = await import('../print-status.ts')
  const context = await openContext(invocation, io)
  await printStatus(await readStatus(context, context), { invocation, io })
  return 0
}
