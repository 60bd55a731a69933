import type { Handler } from '../command.ts'

export const sandboxStatus: Handler = async (invocation, io) => {
  const { sandboxHome, sandboxStatus: askStatus } = await import('../sandbox-process.ts')
  const { printResult } = await import('../print-result.ts')
  const { sandboxText } = await import('../wording/sandbox-text.ts')
  const sandbox = await askStatus({ home: sandboxHome(io.env) })
  await printResult(
    { invocation, io },
    {
      document: () => ({ running: sandbox !== undefined, ...sandbox }),
      text: () =>
        sandbox === undefined
          ? ['the sandbox does not run; tapit sandbox start starts it.']
          : sandboxText(sandbox, 'runs'),
    },
  )
  return 0
}
