import { fileURLToPath } from 'node:url'
import { Refusal } from '../names/refusal.ts'
import { printable } from './text/printable.ts'
import { sandboxEnvironment } from '../sandbox/daemon/sandbox-environment.ts'
import { answerHook } from '../sandbox/daemon/answer-hook.ts'
import { sandboxHome } from '../sandbox/daemon/sandbox-home.ts'
import { SandboxError } from '../sandbox/daemon/sandbox-error.ts'
import { type StartedSandbox, startSandbox } from '../sandbox/daemon/start-sandbox.ts'
import type { TimingsName } from '../sandbox/daemon/settings.ts'
import { keyOfCaller } from '../sandbox/sts/sandbox-callers.ts'
import type { HookAnswer } from '../sandbox/ecs/state.ts'
import type { Io } from './io.ts'

export { hookAnswers, hookStages } from '../sandbox/ecs/state.ts'
export { resetSandbox } from '../sandbox/daemon/reset-sandbox.ts'
export { sandboxStatus } from '../sandbox/daemon/sandbox-status.ts'
export { stopSandbox } from '../sandbox/daemon/stop-sandbox.ts'
export { sandboxHome } from '../sandbox/daemon/sandbox-home.ts'
export { PushError, pushImage } from '../sandbox/push-image.ts'
export { users } from '../sandbox/users.ts'
export { behaviours } from '../sandbox/ecr/behaviour.ts'

/** How long things take in a sandbox. */
type Pace = {
  /** @default - as the environment says, else those of a running sandbox */
  readonly timings?: TimingsName
  /** Milliseconds that a minute lasts which a client sets. @default - that of the timings */
  readonly minute?: number
}

/** The sandbox of this user, started if it does not run; another pace only where it was asked for. */
export async function runSandbox(io: Io, { timings, minute }: Pace = {}): Promise<StartedSandbox> {
  const wanted = timings ?? timingsOf(io.env['TAPIT_SANDBOX_TIMINGS'])
  try {
    const sandbox = await startSandbox({
      home: sandboxHome(io.env),
      entry: entry(),
      version: io.version,
      ...(wanted !== undefined && { timings: wanted }),
      ...(minute !== undefined && { minute }),
    })
    if (sandbox.started && sandbox.notice !== undefined)
      io.stderr.write(`tapit: the sandbox says: ${printable(sandbox.notice)}\n`)
    return sandbox
  } catch (error) {
    if (error instanceof SandboxError)
      throw new Refusal({ code: 'sandbox', message: error.message, cause: error })
    if (!(error instanceof Error) || !('code' in error && 'syscall' in error)) throw error
    throw new Refusal({
      code: 'sandbox_home',
      message: `the sandbox cannot keep its state: ${error.message}`,
      advice: 'Say where it may: TAPIT_SANDBOX_HOME=/a/folder/of/yours',
      cause: error,
    })
  }
}

/** Sets what a Lambda hook answers in the sandbox of this user, started if it does not run. */
export async function setHook(io: Io, answer: HookAnswer): Promise<void> {
  const { home } = await runSandbox(io)
  try {
    await answerHook(answer, { home })
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    throw new Refusal({ code: 'sandbox', message: error.message, cause: error })
  }
}

/** The variables that make AWS clients talk to the sandbox; undefined ones are to be unset. */
export async function ensureSandbox(io: Io): Promise<Readonly<Record<string, string | undefined>>> {
  refuseUnknownCaller(io.env['TAPIT_SANDBOX_CALLER'])
  const { url, region } = await runSandbox(io)
  return sandboxEnvironment({ url, region, env: io.env })
}

function refuseUnknownCaller(said: string | undefined): void {
  if (said === undefined || said === '' || keyOfCaller(said) !== undefined) return
  throw new Refusal({
    code: 'bad_caller',
    exit: 'usage',
    message: `TAPIT_SANDBOX_CALLER is "${said}".`,
    advice: 'It takes a name in small letters and digits, or a role and a name: bob, senior/bob.',
  })
}

/** Beside this file's chunk when it is bundled; the source itself under tsx. */
function entry(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(
    new URL(isSource ? '../sandbox/daemon/main.ts' : '../sandbox/main.js', import.meta.url),
  )
}

function timingsOf(said: string | undefined): TimingsName | undefined {
  if (said === undefined || said === '') return undefined
  if (said === 'short' || said === 'realistic') return said
  throw new Refusal({
    code: 'bad_timings',
    exit: 'usage',
    message: `TAPIT_SANDBOX_TIMINGS is "${said}".`,
    advice: 'It takes short or realistic.',
  })
}
