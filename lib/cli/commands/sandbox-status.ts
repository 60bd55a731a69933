import type { Handler } from '../command.ts'

export const sandboxStatus: Handler = async ({ global }, io) => {
  const { sandboxHome, sandboxStatus: askStatus } = await import('../sandbox-process.ts')
  const { sandboxText } = await import('../wording/sandbox-text.ts')
  const sandbox = await askStatus({ home: sandboxHome(io.env) })
  if (global.output === 'json') {
    io.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, running: sandbox !== undefined, ...sandbox }, undefined, 2)}\n`,
    )
    return 0
  }
  io.stdout.write(
    sandbox === undefined
      ? 'the sandbox does not run; tapit sandbox start starts it.\n'
      : sandboxText(sandbox, 'runs'),
  )
  return 0
}
