import type { Handler } from '../command.ts'
import { ensureSandbox } from '../sandbox-process.ts'

export const sandboxEnv: Handler = async ({ global }, io) => {
  const variables = Object.entries(await ensureSandbox(io))
  if (global.output === 'json') {
    const env = Object.fromEntries(variables.filter(([, value]) => value !== undefined))
    const unset = variables.filter(([, value]) => value === undefined).map(([name]) => name)
    io.stdout.write(`${JSON.stringify({ schemaVersion: 1, env, unset }, undefined, 2)}\n`)
    return 0
  }
  for (const [name, value] of variables)
    io.stdout.write(value === undefined ? `unset ${name}\n` : `export ${name}=${quoted(value)}\n`)
  return 0
}

/** For any POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}
