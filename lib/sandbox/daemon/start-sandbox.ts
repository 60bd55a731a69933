import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SandboxStatus } from './ask.ts'
import { type Place, refuseElsewhere, wantedPlace } from './place.ts'
import { SandboxError } from './sandbox-error.ts'
import { sandboxStatus } from './sandbox-status.ts'
import { argvOf, isTimingsName, type Settings, type TimingsName } from './settings.ts'
import { savedPlace } from './state-file.ts'
import { endRunning } from './stop-sandbox.ts'
import { withLock } from './with-lock.ts'

export type StartOptions = {
  readonly home: string
  /** The file of the daemon's process: the bundled `lib/sandbox/daemon/main.ts`. */
  readonly entry: string
  /** tapit's: a daemon of another version is replaced, and keeps its state. */
  readonly version: string
  /** @default - TAPIT_SANDBOX_TIMINGS, else those that the home has or had, else `short` */
  readonly timings?: TimingsName
  /** Milliseconds that a minute lasts which a client sets. @default - that which the home has or had with these timings, else that of the timings */
  readonly minute?: number
  /** Refused where the home's sandbox is in another one. @default - TAPIT_SANDBOX_REGION, else where it is, else us-east-1 */
  readonly region?: string
  /** As the region. @default - TAPIT_SANDBOX_ACCOUNT, else that of the home's sandbox, else 123456789012 */
  readonly account?: string
  /** @default - TAPIT_SANDBOX_IDLE_MINUTES, else 30 */
  readonly idleMinutes?: number
  /** Options of node for the daemon. @default - this process's own */
  readonly execArgv?: readonly string[]
  /** @default - this process's own */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export type StartedSandbox = SandboxStatus & {
  /** False when it ran already. */
  readonly started: boolean
}

/** The running sandbox of a home: started in the background when there is none, or one that does not fit. */
export async function startSandbox(given: StartOptions): Promise<StartedSandbox> {
  const wanted = wantedBy(given.env ?? process.env)
  const { timings = wanted.timings, idleMinutes = wanted.idleMinutes } = given
  const place = { region: given.region ?? wanted.region, account: given.account ?? wanted.account }
  const options = { ...given, timings, idleMinutes, ...place }
  const { home } = options
  const running = await sandboxStatus({ home })
  if (running !== undefined) refuseElsewhere(options, running)
  if (running !== undefined && fits(running, options)) return { ...running, started: false }
  await makeHome(home)
  return withLock(home, async () => {
    const current = await sandboxStatus({ home })
    refuseElsewhere(options, { home, ...(current ?? (await savedPlace(home))) })
    if (current !== undefined && fits(current, options)) return { ...current, started: false }
    await endRunning({ home })
    const { version, idleMinutes = 30, timings = current?.timings } = options
    const { minute = timings === current?.timings ? current?.minute : undefined } = options
    const { region = current?.region, account = current?.account } = options
    const status = await spawned({ home, version, region, account, idleMinutes, timings, minute }, options)
    return { ...status, started: true }
  })
}

/** What the user's environment asks for. */
function wantedBy(
  env: Readonly<Record<string, string | undefined>>,
): Pick<StartOptions, 'timings' | 'idleMinutes'> & Partial<Place> {
  const { TAPIT_SANDBOX_TIMINGS: timings = '', TAPIT_SANDBOX_IDLE_MINUTES: minutes = '' } = env
  if (timings !== '' && !isTimingsName(timings)) {
    throw new SandboxError(`TAPIT_SANDBOX_TIMINGS must be short or realistic; got '${timings}'`)
  }
  if (minutes !== '' && !(Number(minutes) > 0)) {
    throw new SandboxError(`TAPIT_SANDBOX_IDLE_MINUTES must be a number above 0; got '${minutes}'`)
  }
  return {
    timings: timings === '' ? undefined : timings,
    idleMinutes: minutes === '' ? undefined : Number(minutes),
    ...wantedPlace(env),
  }
}

/** Node's own `recursive` never ends below folders that cannot hold any, such as /proc. */
async function makeHome(home: string): Promise<void> {
  if (existsSync(home)) return
  const above = dirname(home)
  if (above !== home) await makeHome(above)
  await mkdir(home, { mode: 0o700 }).catch((error: unknown) => {
    if (!existsSync(home)) throw error
  })
}

function fits(running: SandboxStatus, { version, timings, minute }: StartOptions): boolean {
  if (running.version !== version || (minute ?? running.minute) !== running.minute) return false
  return (timings ?? running.timings) === running.timings
}

type Spawning = Pick<StartOptions, 'entry' | 'execArgv' | 'env'>

async function spawned(
  settings: Settings,
  { entry, execArgv = process.execArgv, env = process.env }: Spawning,
) {
  const { home } = settings
  const logPath = join(home, 'sandbox.log')
  const log = await open(logPath, 'w', 0o600)
  const child = spawn(process.execPath, [...execArgv, entry, ...argvOf(settings)], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: environmentOf(env),
  })
  await log.close()
  const fate: { ended?: string } = {}
  child.once('error', error => (fate.ended = error.message))
  child.once('exit', (code, signal) => (fate.ended = `it ended with ${signal ?? code}`))
  child.unref()
  for (let waited = 0; waited < longestStart && fate.ended === undefined; waited += pause) {
    await sleep(pause)
    const status = await sandboxStatus({ home })
    if (status?.pid === child.pid && status !== undefined) return status
  }
  const said = (await readFile(logPath, 'utf8')).trim().split('\n').slice(-10).join('\n')
  throw new SandboxError(
    `the sandbox did not start: ${fate.ended ?? 'it does not answer'}; its log ${logPath} says:\n${said}`,
  )
}

const pause = 20
const longestStart = 20_000

/** The daemon needs nothing of AWS, and must not inherit a debugger's port. */
function environmentOf(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(AWS_|NODE_OPTIONS$|VITEST)/.test(name)),
  )
}
