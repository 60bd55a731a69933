/** What becomes of a command that a task runs once. */
export type OneOff = {
  /** From its start, in milliseconds. */
  readonly after: number
  readonly exitCode: number
  readonly lines: readonly string[]
  /** It is known to log nothing. */
  readonly isQuiet?: boolean
}

/** What its image says of any command. */
export type OneOffOptions = Pick<OneOff, 'after' | 'exitCode' | 'lines'>

/**
 * The sandbox runs nothing on the machine, but it understands `echo WORDS`, `sleep SECONDS`, `exit CODE`, `true` and `false`, by themselves
 * and joined by `&&` or `;` behind `sh -c`. Of anything else the image says what comes of it.
 */
export function oneOff(command: readonly string[], { after, exitCode, lines }: OneOffOptions): OneOff {
  const steps = stepsOf(command).map(stepOf)
  const known = steps.filter(step => step !== undefined)
  if (known.length === 0 || known.length < steps.length)
    return {
      after,
      exitCode,
      lines: lines.length > 0 || command.length === 0 ? lines : [`ran ${command.join(' ')}`],
    }
  const last = known.findIndex(step => step.exitCode !== undefined)
  const done = last === -1 ? known : known.slice(0, last + 1)
  const said = done.flatMap(({ line }) => line ?? [])
  return {
    after: after + done.reduce((sum, { sleep = 0 }) => sum + sleep, 0),
    exitCode: done.at(-1)?.exitCode ?? 0,
    lines: said,
    isQuiet: said.length === 0,
  }
}

function stepsOf(command: readonly string[]): readonly string[] {
  const [shell = '', flag, script] = command
  const isShell = /(?:^|\/)(?:ba|da|a)?sh$/.test(shell) && flag === '-c' && script !== undefined
  return isShell ? script.split(/&&|;/).map(step => step.trim()) : [command.join(' ')]
}

type Step = { readonly line?: string; readonly sleep?: number; readonly exitCode?: number }

/** `exit` and a failure end it; what ends well goes on. */
function stepOf(step: string): Step | undefined {
  const [, word = '', rest = ''] = /^(\w+)(?: (.*))?$/s.exec(step) ?? []
  switch (word) {
    case 'echo':
      return { line: rest.replaceAll(/["']/g, '') }
    case 'sleep':
      return /^\d{1,6}$/.test(rest) ? { sleep: Number(rest) * 1000 } : undefined
    case 'exit':
      return /^\d{1,3}$/.test(rest) ? { exitCode: Number(rest) % 256 } : undefined
    case 'true':
      return {}
    case 'false':
      return { exitCode: 1 }
    default:
      return undefined
  }
}
