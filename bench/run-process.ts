import { type ChildProcess, spawn } from 'node:child_process'

export type Ended = {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly startedAt: number
  readonly endedAt: number
  /** By a clock that is finer. */
  readonly milliseconds: number
}

export type RunOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** @default - where this process works */
  readonly cwd?: string
  /** @default - nothing */
  readonly onStart?: (child: ChildProcess) => void
}

/** Runs a program to its end: `endedAt` is when the process was gone, not when its output ended. */
export function runProcess(
  file: string,
  args: readonly string[],
  { env, cwd, onStart }: RunOptions,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now()
    const begun = performance.now()
    const written = { stdout: '', stderr: '' }
    const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let gone = { endedAt: 0, milliseconds: 0 }
    child.stdout.on('data', chunk => (written.stdout += chunk))
    child.stderr.on('data', chunk => (written.stderr += chunk))
    child.once('error', reject)
    child.once('exit', () => {
      gone = { endedAt: Date.now(), milliseconds: performance.now() - begun }
    })
    child.once('close', code => resolve({ code: code ?? undefined, ...written, startedAt, ...gone }))
    onStart?.(child)
  })
}
