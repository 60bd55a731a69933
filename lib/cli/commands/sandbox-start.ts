import type { Handler } from '../command.ts'

export const sandboxStart: Handler = async ({ keys, global }, io) => {
  const { runSandbox } = await import('../sandbox-process.ts')
  const { sandboxText } = await import('../wording/sandbox-text.ts')
  const timings = (['short', 'realistic'] as const).find(each => each === keys['timings'])
  const { started, ...sandbox } = await runSandbox(io, timings)
  const text = sandboxText(sandbox, started ? 'started' : 'runs already')
  io.stdout.write(
    global.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, started, ...sandbox }, undefined, 2)}\n`
      : text,
  )
  return 0
}
