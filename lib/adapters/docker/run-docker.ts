import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../names/clock.ts'
import { Refusal } from '../../names/refusal.ts'
import type { Variables } from './variables.ts'

/** How long Docker may tidy up after SIGTERM. */
const graceMs = 5_000
/** Of stdout; the largest manifest that registries take has 4 MiB. */
const mostOutput = 16 * 1024 * 1024

export type DockerRun = {
  readonly argv: readonly string[]
  readonly env: Variables
  readonly clock: Clock
  /** Aborted: the process and those that it started are ended. */
  readonly signal?: AbortSignal
  /** What it reads from stdin. */
  readonly input?: string
  /** Hears stderr as it comes; it is in the answer all the same. */
  readonly hear?: (chunk: Buffer) => void
}

export type DockerEnd = {
  /** -1 when a signal ended it. */
  readonly code: number
  readonly stdout: Buffer
  /** Empty where somebody hears it. */
  readonly stderr: string
}

/** Runs Docker's client to its end, without a shell and in a process group of its own, so that a terminal's Ctrl-C comes to it through us alone. */
export async function runDocker(run: DockerRun): Promise<DockerEnd> {
  const child = spawn('docker', run.argv, {
    env: run.env,
    detached: true,
    windowsHide: true,
    stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  const over = new AbortController()
  const stop = (): void => void stopGroup(child, run.clock, over.signal)
  watch(child)
  run.signal?.addEventListener('abort', stop, { once: true })
  if (run.signal?.aborted === true) stop()
  try {
    return await endOf(child, run)
  } finally {
    over.abort()
    run.signal?.removeEventListener('abort', stop)
    running.delete(child)
  }
}

/** Nothing goes on after us, not even when somebody calls `process.exit`. */
const running = new Set<ChildProcess>()

function watch(child: ChildProcess): void {
  if (!process.listeners('exit').includes(endAll)) process.on('exit', endAll)
  running.add(child)
}

function endAll(): void {
  for (const child of running) killGroup(child, 'SIGTERM')
}

function endOf(child: ChildProcess, { input, hear }: DockerRun): Promise<DockerEnd> {
  const stdout = kept()
  const stderr = kept()
  child.stdout?.on('data', stdout.keep)
  child.stderr?.on('data', hear ?? stderr.keep)
  // Whoever ends before having read all says why on stderr.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', cause => reject(cannotStart(cause)))
    child.once('close', code =>
      resolve({ code: code ?? -1, stdout: stdout.all(), stderr: stderr.all().toString('utf8') }),
    )
  })
}

function kept(): { keep(chunk: Buffer): void; all(): Buffer } {
  const chunks: Buffer[] = []
  let size = 0
  return {
    keep: chunk => {
      size += chunk.length
      if (size <= mostOutput) chunks.push(chunk)
    },
    all: () => Buffer.concat(chunks),
  }
}

async function stopGroup(child: ChildProcess, clock: Clock, over: AbortSignal): Promise<void> {
  killGroup(child, 'SIGTERM')
  await clock.sleep(graceMs, over)
  if (!over.aborted) killGroup(child, 'SIGKILL')
}

/** buildx is a process that Docker's client starts: both are in the group. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended already.
  }
}

function cannotStart(cause: Error): Refusal | Error {
  const code = 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT')
    return new Refusal({
      code: 'no_docker',
      message: 'there is no `docker` on this machine’s PATH.',
      advice:
        'Install Docker (https://docs.docker.com/get-docker/), or build in CI and deploy with docker_tag=….',
      cause,
    })
  if (code === 'EACCES')
    return new Refusal({
      code: 'no_docker',
      message: 'the `docker` on this machine’s PATH may not be executed.',
      advice: 'which docker',
      cause,
    })
  return cause
}
