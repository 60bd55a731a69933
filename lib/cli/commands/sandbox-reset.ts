import { Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'

export const sandboxReset: Handler = async ({ global }, io) => {
  if (!global.yes && io.stderr.isTTY) {
    throw new Refusal({
      code: 'not_confirmed',
      exit: 'usage',
      message: 'this forgets everything that was done in the sandbox.',
      advice: 'tapit sandbox reset --yes',
    })
  }
  const { resetSandbox, sandboxHome } = await import('../sandbox-process.ts')
  const sandbox = await resetSandbox({ home: sandboxHome(io.env) })
  const text =
    sandbox === undefined
      ? 'reset; it starts anew with the next command.'
      : `reset; it runs at ${sandbox.url} with the example app shop.`
  io.stdout.write(
    global.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, running: sandbox !== undefined, ...sandbox }, undefined, 2)}\n`
      : `${text}\n`,
  )
  return 0
}
