import { inspect } from 'node:util'
import { correctedClock } from '../names/corrected-clock.ts'
import { exitCodes, Refusal } from '../names/refusal.ts'
import type { DeclaredCommand } from './argv/declared-command.ts'
import { parseArgv } from './argv/parse-argv.ts'
import { saidIn } from './argv/said-in.ts'
import { table } from './commands/table.ts'
import type { Io } from './io.ts'
import { printable } from './text/printable.ts'

export type MainOptions = {
  /** @default - the commands of tapit */
  readonly commands?: readonly DeclaredCommand[]
}

/** Runs one command line and answers with the exit code. The only place that catches: what is thrown elsewhere ends here. */
export async function main(
  argv: readonly string[],
  io: Io,
  { commands = table }: MainOptions = {},
): Promise<number> {
  const stdout = watched(io.stdout)
  const ends: (() => Promise<void>)[] = []
  try {
    return await run(argv, { ...ownIo(io, stdout), atEnd: work => ends.push(work) }, commands)
  } catch (error) {
    return await report(error, { argv, io, isDocumentWritten: stdout.isWritten(), commands })
  } finally {
    await Promise.all(ends.map(end => end()))
  }
}

async function run(argv: readonly string[], io: Io, commands: readonly DeclaredCommand[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
    io.stdout.write(`${io.version}\n`)
    return exitCodes.done
  }
  loadAhead(argv, commands)
  const parsed = await parseArgv(argv, commands)
  if (parsed.kind === 'help') {
    const { help } = await import('./help/help.ts')
    io.stdout.write(help(parsed.words, { commands, columns: io.stdout.columns() }))
    return exitCodes.done
  }
  const work = await parsed.invocation.command.load()
  return work(parsed.invocation, io)
}

/** Files are read while the words are still being judged. What cannot be loaded is said when it is needed. */
function loadAhead(argv: readonly string[], commands: readonly DeclaredCommand[]): void {
  likelyCommand(argv, commands)
    ?.load()
    .catch(() => {})
}

function likelyCommand(
  argv: readonly string[],
  commands: readonly DeclaredCommand[],
): DeclaredCommand | undefined {
  const said = ` ${argv.filter(word => !word.startsWith('-')).join(' ')} `
  return commands.find(({ words }) => said.includes(` ${words.join(' ')} `))
}

type Failure = {
  readonly code: string
  readonly message: string
  readonly advice?: string
  readonly exitCode: number
}

type ReportOptions = {
  readonly argv: readonly string[]
  readonly io: Io
  /** Something was written to stdout already: a second document would make both unreadable. */
  readonly isDocumentWritten: boolean
  readonly commands: readonly DeclaredCommand[]
}

async function report(
  error: unknown,
  { argv, io, isDocumentWritten, commands }: ReportOptions,
): Promise<number> {
  const { isJson, isDebug, isSandbox } = saidIn(argv)
  const { exitCode, ...said } = failureOf(error)
  const failure = isSandbox ? { ...said, advice: said.advice && inSandbox(said.advice, commands) } : said
  if (isJson && !isDocumentWritten) {
    io.stdout.write(`${JSON.stringify({ schemaVersion: 1, error: failure }, undefined, 2)}\n`)
  }
  if (error instanceof Refusal && isStepOfDeploy({ argv, io, commands })) {
    const { refusalAnnotation } = await import('./report/github/annotations.ts')
    const { workflowCommand } = await import('./report/github/workflow-command.ts')
    io.stderr.write(`${workflowCommand(refusalAnnotation(failure))}\n`)
  }
  io.stderr.write(`tapit: ${indented(failure.message).trimStart()}\n`)
  if (failure.advice !== undefined) io.stderr.write(`${indented(failure.advice)}\n`)
  if (isDebug) io.stderr.write(`${printable(inspect(error), { newlines: true })}\n`)
  return exitCode
}

/** In GitHub Actions, what makes or follows deployments says on the page of the job why it did not; other commands may be asking. */
function isStepOfDeploy({ argv, io, commands }: Pick<ReportOptions, 'argv' | 'io' | 'commands'>): boolean {
  if (io.env['GITHUB_ACTIONS'] !== 'true') return false
  return likelyCommand(argv, commands)?.flags.some(({ name }) => name === 'wait') === true
}

/** Commands to copy: what went wrong in the sandbox must not go on in AWS. */
function inSandbox(advice: string, commands: readonly DeclaredCommand[]): string {
  const verbs = new Set(['-a', '-e', ...commands.flatMap(({ words }) => words.slice(0, 1))])
  return advice.replaceAll(/\btapit (?=(?<verb>-?[a-z]+))/g, (said, verb: string) =>
    verbs.has(verb) && !outsideOfAws.has(verb) ? 'tapit --sandbox ' : said,
  )
}

/** What these do is the same with and without AWS. */
const outsideOfAws: ReadonlySet<string> = new Set(['completion', 'init', 'sandbox'])

function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) {
    const { code, message, advice, exitCode } = error
    return {
      code,
      message: shown(message),
      advice: advice === undefined ? undefined : shown(advice),
      exitCode,
    }
  }
  const message = error instanceof Error ? error.message || error.name : inspect(error)
  return {
    code: 'bug',
    message: shown(message),
    advice: 'This is a bug in tapit. The same command with --debug says where; please report that.',
    exitCode: exitCodes.failed,
  }
}

/** For a person: nothing that a terminal obeys, and no value of 20,000 characters repeated in full. */
function shown(text: string): string {
  return printable(text, { newlines: true })
    .replaceAll(/\S{300,}/g, word => `${word.slice(0, 80)}… (${word.length} characters)`)
    .slice(0, longestMessage)
}

const longestMessage = 4_000

function indented(text: string): string {
  return text
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')
}

/** The same world, of which is known what was written and, once AWS has told it, what time it is. */
function ownIo(io: Io, stdout: Io['stdout']): Io {
  const { stderr, env, cwd, version } = io
  const onInterrupt: Io['onInterrupt'] = listener => io.onInterrupt(listener)
  return {
    stdout,
    stderr,
    env,
    cwd,
    clock: correctedClock(io.clock),
    version,
    onInterrupt,
    leave: exitCode => io.leave(exitCode),
    ...(io.openFolder && { openFolder: io.openFolder.bind(io) }),
    ...(io.append && { append: io.append.bind(io) }),
    ...(io.openDialogue && { openDialogue: io.openDialogue.bind(io) }),
  }
}

/** The same output, and whether anything was written to it. */
function watched(output: Io['stdout']): Io['stdout'] & { isWritten(): boolean } {
  let isWritten = false
  return {
    isTTY: output.isTTY,
    columns: () => output.columns(),
    rows: () => output.rows(),
    ...(output.closed !== undefined && { closed: output.closed }),
    write: text => {
      isWritten ||= text !== ''
      output.write(text)
    },
    isWritten: () => isWritten,
  }
}
