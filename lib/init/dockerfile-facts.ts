/** What a Dockerfile says about the container that it is for. */
export type DockerfileFacts = {
  /** The first TCP port that it exposes as a number. */
  readonly port?: number
  /** All of them, where there are several. */
  readonly ports: readonly number[]
  readonly health?: HealthCheck
  /** Whether it runs as root; a base image could say otherwise. */
  readonly isRoot: boolean
  /** Whether it says itself what runs. */
  readonly hasCommand: boolean
  readonly architecture?: 'x86_64' | 'arm64'
}

/** A request that a check makes, or the command that it is. ECS does not look at a Dockerfile's HEALTHCHECK. */
export type HealthCheck =
  | { readonly type: 'http'; readonly path: string }
  | { readonly type: 'command'; readonly command: readonly string[] }

/** Reads the instructions of the last stage and of the stages that it is made from. */
export function dockerfileFacts(text: string): DockerfileFacts {
  const instructions = finalInstructions(instructionsOf(text))
  const ports = portsOf(instructions)
  const health = healthOf(last(instructions, 'HEALTHCHECK'))
  const architecture = architectureOf(last(instructions, 'FROM'))
  const user = last(instructions, 'USER')?.split(':')[0] ?? ''
  return {
    ports,
    isRoot: ['', 'root', '0'].includes(user),
    hasCommand: instructions.some(({ name }) => name === 'CMD' || name === 'ENTRYPOINT'),
    ...(ports[0] !== undefined && { port: ports[0] }),
    ...(health !== undefined && { health }),
    ...(architecture !== undefined && { architecture }),
  }
}

type Instruction = { readonly name: string; readonly value: string }

/** Lines joined where they go on, without comments and without the bodies of here-documents. */
function instructionsOf(text: string): readonly Instruction[] {
  const goesOn = /^#\s*escape\s*=\s*`/im.test(text.slice(0, 200)) ? /`\s*$/ : /\\\s*$/
  const instructions: Instruction[] = []
  let open = ''
  let ends: readonly string[] = []
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (ends.length > 0) {
      if (line.replace(/^\t+/, '') === ends[0]) ends = ends.slice(1)
      continue
    }
    if (/^\s*#/.test(line) || (open !== '' && line.trim() === '')) continue
    open += ` ${line.replace(goesOn, '').trim()}`
    if (goesOn.test(line)) continue
    const { name = '', value = '' } = /^\s*(?<name>[A-Za-z]+)\s+(?<value>.*)$/.exec(open)?.groups ?? {}
    if (/^(?:RUN|COPY|ADD)$/i.test(name))
      ends = [...value.matchAll(/<<-?(["']?)(?<end>\w+)\1/g)].map(match => match.groups?.['end'] ?? '')
    if (name !== '') instructions.push({ name: name.toUpperCase(), value: value.trim() })
    open = ''
  }
  return instructions
}

/** A stage begins with what its `FROM` names, which may be an earlier stage. */
function finalInstructions(all: readonly Instruction[]): readonly Instruction[] {
  const stages = new Map<string, readonly Instruction[]>()
  let stage: readonly Instruction[] = []
  let alias = ''
  for (const instruction of all) {
    if (instruction.name === 'FROM') {
      const { base = '', as = '' } = fromParts.exec(instruction.value)?.groups ?? {}
      stage = [...(stages.get(base.toLowerCase()) ?? []), instruction]
      alias = as.toLowerCase()
    } else {
      stage = [...stage, instruction]
    }
    if (alias !== '') stages.set(alias, stage)
  }
  return stage
}

const fromParts = /^(?:--\S+\s+)*(?<base>\S+)(?:\s+as\s+(?<as>\S+))?/i

function last(instructions: readonly Instruction[], name: string): string | undefined {
  return instructions.findLast(instruction => instruction.name === name)?.value
}

/** What comes out of a variable cannot be known here, and UDP is nothing that the load balancer speaks. */
function portsOf(instructions: readonly Instruction[]): readonly number[] {
  const exposed = instructions.flatMap(({ name, value }) => (name === 'EXPOSE' ? value.split(/\s+/) : []))
  const ports = exposed.flatMap(word => {
    const { port = '' } = /^(?<port>\d{1,5})(?:\/tcp)?$/i.exec(word)?.groups ?? {}
    return Number(port) >= 1 && Number(port) <= 65_535 ? [Number(port)] : []
  })
  return [...new Set(ports)]
}

function architectureOf(from: string | undefined): DockerfileFacts['architecture'] {
  const { platform } = /--platform=linux\/(?<platform>amd64|arm64)\b/.exec(from ?? '')?.groups ?? {}
  if (platform === undefined) return undefined
  return platform === 'arm64' ? 'arm64' : 'x86_64'
}

function healthOf(value: string | undefined): HealthCheck | undefined {
  const { command = '' } = /^(?:--\S+\s+)*CMD\s+(?<command>.+)$/i.exec(value ?? '')?.groups ?? {}
  if (command === '') return undefined
  // A variable in the address hides the port, not the path.
  const url =
    /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\$\{?HOSTNAME\}?)(?::[^/\s"']*)?(?<path>\/[^\s"'?#|;&\\)]*)?/i.exec(
      command,
    )
  if (url !== null) return pathOf(url.groups?.['path'] ?? '/')
  return { type: 'command', command: wordsOf(command) }
}

function pathOf(path: string): HealthCheck | undefined {
  return path.includes('$') ? undefined : { type: 'http', path }
}

function wordsOf(command: string): readonly string[] {
  const listed = listOf(command)
  return listed ?? ['sh', '-c', command]
}

function listOf(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const words: unknown = JSON.parse(text)
    return Array.isArray(words) &&
      words.length > 0 &&
      words.every(word => typeof word === 'string' && word !== '')
      ? words.map(String)
      : undefined
  } catch {
    return undefined
  }
}
