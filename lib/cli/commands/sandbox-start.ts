import type { Handler } from '../command.ts'
import { runSandbox } from '../sandbox-process.ts'
import { printResult } from '../print-result.ts'
import { sandboxText } from '../wording/sandbox-text.ts'

export const sandboxStart: Handler = async (invocation, io) => {
  const timings = (['short', 'realistic'] as const).find(each => each === invocation.keys['timings'])
  const sandbox = await runSandbox(io, timings)
  await printResult(
    { invocation, io },
    {
      document: () => sandbox,
      text: () => sandboxText(sandbox, sandbox.started ? 'started' : 'runs already'),
    },
  )
  return 0
}
