import type { Handler } from '../command.ts'

export const sandboxStop: Handler = async (invocation, io) => {
  const { sandboxHome, stopSandbox } = await import('../sandbox-process.ts')
  const { printResult } = await import('../print-result.ts')
  const stopped = await stopSandbox({ home: sandboxHome(io.env) })
  const sentence = stopped ? 'stopped; its state is kept for the next start.' : 'the sandbox does not run.'
  await printResult({ invocation, io }, { document: () => ({ stopped }), text: () => [sentence] })
  return 0
}
