import type { Handler } from '../command.ts'
import { sandboxHome, stopSandbox } from '../sandbox-process.ts'
import { printResult } from '../print-result.ts'

export const sandboxStop: Handler = async (invocation, io) => {
  const stopped = await stopSandbox({ home: sandboxHome(io.env) })
  const sentence = stopped ? 'stopped; its state is kept for the next start.' : 'the sandbox does not run.'
  await printResult({ invocation, io }, { document: () => ({ stopped }), text: () => [sentence] })
  return 0
}
