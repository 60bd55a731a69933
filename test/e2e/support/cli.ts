import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The built command line; `TAPIT_E2E_BIN` names another build of it. */
export const bin: string =
  process.env['TAPIT_E2E_BIN'] ?? fileURLToPath(new URL('../../../dist/bin/tapit.cjs', import.meta.url))

if (!existsSync(bin)) throw new Error(`${bin} is not there: npm run build`)

export type Variables = Readonly<Record<string, string | undefined>>

export type Ended = {
  /** 128 + the signal's number when a signal ended it, as a shell says it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A process under way: what it has said so far, and its end. */
export type Running = {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout(): string
  stderr(): string
  kill(signal: NodeJS.Signals): void
}

export type StartOptions = {
  /** Nothing else of this process's environment gets through, but for PATH. */
  readonly env: Variables
  readonly cwd?: string
}

/** Starts the built command line as a process of its own. */
export function startTapit(argv: readonly string[], options: StartOptions): Running {
  return startProcess(process.execPath, [bin, ...argv], options)
}

/** Starts any program, without a terminal. */
export function startProcess(
  program: string,
  argv: readonly string[],
  { env, cwd = '/' }: StartOptions,
): Running {
  const child = spawn(program, argv, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? 128 + numberOf(signal), ...written }))
  })
  return {
    child,
    ended,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    kill: signal => child.kill(signal),
  }
}

function numberOf(signal: NodeJS.Signals | null): number {
  const numbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }
  return signal === null ? 0 : (numbers[signal] ?? 0)
}
