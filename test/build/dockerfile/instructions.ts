export type Instruction = { readonly name: string; readonly value: string }

/** The stages of a Dockerfile, each with its instructions: lines joined where they go on, without comments and here-documents. */
export function stagesOf(dockerfile: string): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = []
  for (const instruction of instructionsOf(dockerfile)) {
    if (instruction.name === 'FROM') stages.push([])
    stages.at(-1)?.push(instruction)
  }
  return stages
}

function instructionsOf(dockerfile: string): readonly Instruction[] {
  const instructions: Instruction[] = []
  let open = ''
  let end: string | undefined
  for (const line of dockerfile.split('\n')) {
    if (end !== undefined) {
      if (line === end) end = undefined
      continue
    }
    if (line.startsWith('#') || line.trim() === '') continue
    open += line.replace(/\\$/, '')
    if (line.endsWith('\\')) continue
    const { name = '', value = '' } = /^(?<name>[A-Z]+) (?<value>.*)$/.exec(open)?.groups ?? {}
    if (name === '') throw new Error(`no instruction: ${JSON.stringify(open)}`)
    instructions.push({ name, value })
    end = name === 'COPY' ? /<<'?(?<end>\w+)'?/.exec(value)?.groups?.['end'] : undefined
    open = ''
  }
  return instructions
}
