import type { Handler } from '../command.ts'
import { sandboxHome, sandboxStatus as askStatus } from '../sandbox-process.ts'
import { printResult } from '../print-result.ts'
import { sandboxText } from '../wording/sandbox-text.ts'

export const sandboxStatus: Handler = async (invocation, io) => {
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
