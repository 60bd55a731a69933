import type { Handler } from '../command.ts'

export const sandboxStart: Handler = async (invocation, io) => {
  const { runSandbox } = await import('../sandbox-process.ts')
  const { printResult } = await import('../print-result.ts')
  const { sandboxText } = await import('../wording/sandbox-text.ts')
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
