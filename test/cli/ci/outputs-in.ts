/** The outputs in a file of `GITHUB_OUTPUT`, read as GitHub's runner reads it: `name=value`, or `name<<delimiter` up to that line. */
export function outputsIn(file: string): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>()
  const lines = file.split('\n')
  while (lines.length > 1) {
    const line = lines.shift() ?? ''
    const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(line) ?? []
    if (name === undefined) {
      const at = line.indexOf('=')
      if (at < 1) throw new Error(`Invalid format '${line}'`)
      outputs.set(line.slice(0, at), line.slice(at + 1))
      continue
    }
    const end = lines.indexOf(delimiter ?? '')
    if (end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`)
    outputs.set(name, lines.splice(0, end).join('\n'))
    lines.shift()
  }
  return outputs
}
