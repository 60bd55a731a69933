export type ProcfileEntries = {
  readonly entries: readonly { readonly name: string; readonly command: string }[]
  /** Lines that say nothing that can be understood, by their numbers. */
  readonly oddLines: readonly number[]
}

/** The processes of a Procfile: `name: command` lines. Of a name that stands there twice the last line counts. */
export function procfileEntries(text: string): ProcfileEntries {
  const commands = new Map<string, string>()
  const oddLines: number[] = []
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const { name, command } = /^\s*(?<name>[\w.-]+)\s*:\s*(?<command>\S.*)$/.exec(line)?.groups ?? {}
    if (name === undefined || command === undefined) oddLines.push(index + 1)
    else commands.set(name, command.trim())
  }
  return { entries: [...commands].map(([name, command]) => ({ name, command })), oddLines }
}
