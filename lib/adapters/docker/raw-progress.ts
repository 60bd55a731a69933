/** What `--progress=rawjson` writes: BuildKit's own status messages. */
export type RawProgress = {
  readonly vertexes?: readonly RawVertex[]
  readonly statuses?: readonly RawStatus[]
  readonly logs?: readonly RawLog[]
  readonly warnings?: readonly RawWarning[]
}

/** One node of the build's graph. It is told again whenever something about it changes. */
export type RawVertex = {
  readonly digest: string
  readonly name?: string
  readonly started?: string
  readonly completed?: string
  readonly cached?: boolean
  readonly error?: string
}

/** Something that is done within a vertex: `pushing layers`. */
export type RawStatus = {
  readonly id: string
  readonly vertex?: string
  readonly timestamp?: string
  readonly started?: string
  readonly completed?: string
}

export type RawLog = {
  readonly vertex?: string
  readonly stream?: number
  /** Base64. */
  readonly data?: string
  readonly timestamp?: string
}

export type RawWarning = {
  readonly vertex?: string
  /** Base64. */
  readonly short?: string
}

/** A status message of a build with a very large graph is far below it. */
const longestLine = 32 * 1024 * 1024

/**
 * Reads a stream of progress that has plain text in between, such as the error at the end. buildx 0.13 writes each object over several lines,
 * later ones on a single line.
 */
export function readRawProgress(told: {
  readonly progress: (progress: RawProgress) => void
  readonly text: (line: string) => void
}): { write(chunk: Buffer): void; end(): void } {
  const decoder = new TextDecoder()
  let rest = ''
  let open: string[] | undefined

  const giveUp = (): void => {
    const lines = open ?? []
    open = undefined
    for (const line of lines) told.text(line)
  }
  const close = (lines: readonly string[]): void => {
    open = undefined
    const progress = parsed(lines.join('\n'))
    if (progress === undefined) for (const line of lines) told.text(line)
    else told.progress(progress)
  }
  const line = (text: string): void => {
    if (open !== undefined) {
      // A string of JSON has no line break in it: what begins otherwise is no part of the object.
      if (!/^[\s}]/.test(text)) giveUp()
      else if (text === '}') return close([...open, text])
      else return void open.push(text)
    }
    if (text === '{') open = [text]
    else if (text.startsWith('{')) close([text])
    else told.text(text)
  }

  return {
    write(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > longestLine) rest = ''
      for (const each of lines) line(each.endsWith('\r') ? each.slice(0, -1) : each)
    },
    end() {
      if (rest !== '') line(rest)
      rest = ''
      giveUp()
    },
  }
}

function parsed(text: string): RawProgress | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return isProgress(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isProgress(found: unknown): found is RawProgress {
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return false
  const members = Object.entries(found)
  return members.every(([name, member]) => !lists.includes(name) || isListOfObjects(member))
}

const lists = ['vertexes', 'statuses', 'logs', 'warnings']

function isListOfObjects(member: unknown): boolean {
  return Array.isArray(member) && member.every(each => typeof each === 'object' && each !== null)
}
