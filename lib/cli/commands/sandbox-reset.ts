import { Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { resetSandbox, sandboxHome } from '../sandbox-process.ts'
import { printResult } from '../print-result.ts'

export const sandboxReset: Handler = async (invocation, io) => {
  if (!invocation.global.yes && io.stderr.isTTY) {
    throw new Refusal({
      code: 'not_confirmed',
      exit: 'usage',
      message: 'this forgets everything that was done in the sandbox.',
      advice: 'tapit sandbox reset --yes',
    })
  }
  const sandbox = await resetSandbox({ home: sandboxHome(io.env) })
  const sentence =
    sandbox === undefined
      ? 'reset; it starts anew with the next command.'
      : `reset; it runs at ${sandbox.url} with the example app shop.`
  await printResult(
    { invocation, io },
    { document: () => ({ running: sandbox !== undefined, ...sandbox }), text: () => [sentence] },
  )
  return 0
}
