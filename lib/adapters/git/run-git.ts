import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Variables } from './git-environment.ts'
import { withoutCredentials } from './without-credentials.ts'

export type GitRun = {
  readonly env: Variables
  readonly clock: Clock
  readonly signal?: AbortSignal
  /** Each line that Git writes for people, while it runs. */
  readonly tell?: (line: string) => void
  /** How long Git may say nothing at all. */
  readonly silenceMs: number
}

export type GitAnswer = {
  readonly isDone: boolean
  readonly stdout: string
  /** What Git said to people: its last lines, without credentials. */
  readonly said: readonly string[]
  /** It was ended since it had not said anything for too long. */
  readonly isSilent: boolean
}

const longestOutput = 32 * 1024 * 1024
const mostLines = 50
/** From SIGTERM to SIGKILL: Git removes its temporary files in between. */
const graceMs = 2_000

/** Runs Git without a shell, in a session of its own: nothing below it can ask at our terminal, and all of it can be ended at once. */
export async function runGit(
  words: readonly string[],
  { env, clock, signal, tell, silenceMs }: GitRun,
): Promise<GitAnswer> {
  signal?.throwIfAborted()
  // Of "/": the working directory may be gone, and the settings of a repository there are none of ours.
  const child = spawn('git', [...words], { cwd: '/', env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const heard = { stdout: '', said: [] as string[], at: clock.now() }
  const lines = lineSplitter(line => {
    heard.said = [...heard.said, line].slice(-mostLines)
    tell?.(line)
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard.at = clock.now()
    if (heard.stdout.length < longestOutput) heard.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard.at = clock.now()
    lines.add(text)
  })
  const ended = new AbortController()
  const stop = () => void end(child, { clock, ended: ended.signal })
  const stopNow = () => signalAll(child, 'SIGTERM')
  // Nothing goes on after us, not even where the process is left at once.
  process.once('exit', stopNow)
  signal?.addEventListener('abort', stop, { once: true })
  const silence = whenSilent(() => heard.at, { clock, silenceMs, ended: ended.signal }).then(isSilent => {
    if (isSilent) stop()
    return isSilent
  })
  try {
    const code = await exitOf(child)
    lines.end()
    ended.abort()
    signal?.throwIfAborted()
    return { isDone: code === 0, stdout: heard.stdout, said: heard.said, isSilent: await silence }
  } finally {
    ended.abort()
    signal?.removeEventListener('abort', stop)
    process.off('exit', stopNow)
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(isMissing(error) ? noGit(error) : error))
    child.once('close', code => resolve(code))
  })
}

function isMissing(error: Error): boolean {
  return 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')
}

function noGit(cause: Error): Refusal {
  return new Refusal({
    code: 'no_git',
    message: 'Git is not installed here, or not on the PATH.',
    advice: 'Install it (https://git-scm.com/downloads), then run this again.',
    cause,
  })
}

async function end(
  child: ChildProcess,
  { clock, ended }: { clock: Clock; ended: AbortSignal },
): Promise<void> {
  signalAll(child, 'SIGTERM')
  await clock.sleep(graceMs, ended)
  if (!ended.aborted) signalAll(child, 'SIGKILL')
}

/** Git's children (`git-remote-https`, `ssh`) are of its group. */
function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Gone already.
  }
}

async function whenSilent(
  heardAt: () => number,
  { clock, silenceMs, ended }: { clock: Clock; silenceMs: number; ended: AbortSignal },
): Promise<boolean> {
  for (;;) {
    const left = heardAt() + silenceMs - clock.now()
    if (ended.aborted) return false
    if (left <= 0) return true
    await clock.sleep(left, ended)
  }
}

/** Lines for people. Of a line of progress that Git wrote over and over, only what it came to. */
function lineSplitter(tell: (line: string) => void): { add(text: string): void; end(): void } {
  let rest = ''
  const take = (line: string) => {
    const shown = withoutCredentials(line.slice(line.lastIndexOf('\r') + 1)).trim()
    if (shown !== '') tell(shown)
  }
  return {
    add: text => {
      const lines = (rest + text).replaceAll('\r\n', '\n').split('\n')
      rest = (lines.pop() ?? '').slice(-longestLine)
      for (const line of lines) take(line)
    },
    end: () => take(rest),
  }
}

const longestLine = 10_000
