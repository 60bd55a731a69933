import type { Handler } from '../command.ts'

export const sandboxStop: Handler = async ({ global }, io) => {
  const { sandboxHome, stopSandbox } = await import('../sandbox-process.ts')
  const stopped = await stopSandbox({ home: sandboxHome(io.env) })
  const text = stopped ? 'stopped; its state is kept for the next start.' : 'the sandbox does not run.'
  io.stdout.write(
    global.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, stopped }, undefined, 2)}\n`
      : `${text}\n`,
  )
  return 0
}
