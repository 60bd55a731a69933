import { basename } from 'node:path'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { completionScript, type Shell } from '../completion/completion-script.ts'
import { quoted } from '../text/quoted.ts'
import { table } from './table.ts'

/** Prints the completion script of a shell. */
export const completion: Handler = async ({ keys, global }, { stdout, env }) => {
  const shell = shellNamed(keys['shell'] ?? basename(env['SHELL'] ?? ''))
  const script = completionScript(shell, table)
  stdout.write(
    global.output === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, shell, script }, undefined, 2)}\n`
      : script,
  )
  return exitCodes.done
}

function shellNamed(name: string): Shell {
  if (name === 'bash' || name === 'zsh' || name === 'fish') return name
  throw new Refusal({
    code: 'unknown_shell',
    exit: 'usage',
    message:
      name === ''
        ? 'which shell? $SHELL is not set.'
        : `there is no completion for the shell ${quoted(name)}.`,
    advice: 'tapit completion shell=bash, shell=zsh or shell=fish',
  })
}
