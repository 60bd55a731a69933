/**
 * A shell's line as the words of a command. A plain one needs no shell, and then hears ECS's SIGTERM itself; any other is given to `sh`,
 * which steps aside for it where it is one command alone.
 */
export function commandWords(line: string): readonly string[] {
  const command = line.trim()
  if (/^[\w./:@%+,=-]+(?: +[\w./:@%+,=-]+)*$/.test(command) && !beginsWithAssignment(command))
    return command.split(/ +/)
  const isOne = !/[;&|\n(){}<>`]|\$\(/.test(command) && !beginsWithAssignment(command)
  return ['sh', '-c', isOne && !shellWords.test(command) ? `exec ${command}` : command]
}

function beginsWithAssignment(command: string): boolean {
  return /^\w+=/.test(command)
}

/** What only the shell itself can do. */
const shellWords =
  /^(?:exec|cd|export|source|\.|if|for|while|until|case|set|unset|test|\[|:|!|trap|eval)(?:\s|$)/
