import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setHookAnswer } from '../ecs/hook-answer.ts'
import { openSandbox, type Sandbox } from '../sandbox.ts'
import type { SandboxClock } from '../world.ts'
import { control } from './control.ts'
import { type Endpoint, readEndpoint, removeEndpoint, writeAtomically, writeEndpoint } from './endpoint.ts'
import { type Pace, paceOf, timingsOf } from './pace.ts'
import { type Place, placeOf } from './place.ts'
import type { Settings } from './settings.ts'
import { layerFolder, readState, writeState } from './state-file.ts'

/** Serves a home's sandbox until it is stopped, killed or idle for long. Resolves once it listens. */
export async function runDaemon(settings: Settings, { clock }: { clock: SandboxClock }): Promise<void> {
  const { home, version, idleMinutes } = settings
  await mkdir(home, { recursive: true, mode: 0o700 })
  // Not the user's directory, which a daemon would keep from being removed or unmounted.
  process.chdir(home)
  const { state, ...saved } = await readState(home, { now: clock.now() })
  let { notice } = saved
  if (notice !== undefined) console.error(notice)
  const token = randomUUID()
  let isEnding = false
  const pace = paceOf(settings, saved.pace)
  const place = placeOf(settings, saved.place)
  const startedAt = new Date(clock.now()).toISOString()

  const sandbox: Sandbox = openSandbox({
    clock,
    timings: timingsOf(pace),
    ...place,
    state,
    layerFolder: layerFolder(home),
    changed: () => saver.soon(),
    control: control({
      token,
      isEnding: () => isEnding,
      status: () => {
        // Whoever asks knows the token; what is printed of the answer should not hold it.
        const { token: _, ...shown } = endpoint
        return {
          ...shown,
          ...pace,
          home,
          notice,
          account: sandbox.world.account,
        }
      },
      stop: () => void end(0),
      setHook: answer => {
        setHookAnswer(sandbox.world, answer)
        saver.soon()
      },
      // One after the other: the seeds of two would meet in the same empty account.
      reset: inTurn(async () => {
        await sandbox.reset()
        await seed(sandbox, endpoint)
        notice = undefined
        await saver.now()
      }),
    }),
  })
  const saver = stateSaver({ home, sandbox, pace, place })
  const { url, port } = await listen(sandbox, { home })
  const endpoint: Endpoint = {
    url,
    pid: process.pid,
    version,
    startedAt,
    region: sandbox.world.region,
    token,
  }
  if (state === undefined) await seed(sandbox, endpoint)
  const end = once(async (code: number) => {
    // Whoever starts a sandbox now waits until this one is gone: its endpoint goes last, after the state is saved.
    isEnding = true
    await saver.now().catch(unsaved)
    await sandbox.close()
    await saver.rest().catch(unsaved)
    await removeEndpoint(home, endpoint)
    process.exit(code)
  })
  process.on('SIGTERM', () => void end(0))
  process.on('SIGINT', () => void end(0))
  // dynalite may throw out of a callback; what is known until then is kept.
  process.on('uncaughtException', error => {
    console.error(error)
    void end(1)
  })
  endWhenIdle({ sandbox, clock, idleMinutes, end: () => void end(0) })
  endWhenReplaced(endpoint, { home })
  await saver.now()
  await writeAtomically(portFile(home), String(port))
  // Last: whoever reads this may send requests at once.
  await writeEndpoint(home, endpoint)
  tidyNowAndThen(sandbox)
}

async function seed({ world }: Sandbox, where: Pick<Endpoint, 'url' | 'region'>): Promise<void> {
  const { seedShop } = await import('../seed/shop.ts')
  const { seedRecordsTable } = await import('../seed/records-table.ts')
  seedShop(world)
  await seedRecordsTable(where)
}

/** The same port as last time, if it is free: `eval "$(tapit sandbox env)"` then lasts longer than one daemon. */
async function listen(sandbox: Sandbox, { home }: { home: string }): Promise<{ url: string; port: number }> {
  const before = Number(await readFile(portFile(home), 'utf8').catch(() => '0'))
  const port = Number.isInteger(before) && before > 0 && before < 65_536 ? before : 0
  return sandbox.listen({ port }).catch(() => sandbox.listen())
}

function portFile(home: string): string {
  return join(home, 'port')
}

type StateSaver = {
  soon(): void
  now(): Promise<void>
  /** What has changed since, if anything. */
  rest(): Promise<void>
}

/** Writes one snapshot at a time, soon after the last of several changes. */
function stateSaver({
  home,
  sandbox,
  pace,
  place,
}: {
  readonly home: string
  readonly sandbox: Sandbox
  readonly pace: Pace
  readonly place: Place
}): StateSaver {
  let timer: NodeJS.Timeout | undefined
  let saving = Promise.resolve()
  const now = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    saving = saving
      .catch(() => {})
      .then(async () => writeState(home, { state: await sandbox.snapshot(), pace, place }))
    return saving
  }
  return {
    now,
    soon: () => {
      timer ??= setTimeout(() => {
        now().catch(unsaved)
      }, saveDelay)
    },
    rest: () => (timer === undefined ? saving : now()),
  }
}

/** Long enough to take the requests of one command together, short enough that a killed daemon loses little. */
const saveDelay = 200

function unsaved(error: unknown): void {
  console.error('The state could not be saved:', error)
}

type IdleOptions = {
  readonly sandbox: Sandbox
  readonly clock: SandboxClock
  readonly idleMinutes: number
  readonly end: () => void
}

function endWhenIdle({ sandbox, clock, idleMinutes, end }: IdleOptions): void {
  const startedAt = clock.now()
  const limit = idleMinutes * 60_000
  const timer = setInterval(
    () => {
      if (clock.now() - (sandbox.lastRequestAt() ?? startedAt) >= limit) end()
    },
    Math.min(limit, 60_000),
  )
  timer.unref()
}

/** At the start: whoever was killed before may have left something. */
function tidyNowAndThen(sandbox: Sandbox): void {
  const tidy = () => void sandbox.tidy().catch(console.error)
  tidy()
  setInterval(tidy, 60 * 60_000).unref()
}

/** A daemon whose home was removed, or taken over by another one while it hung, must not write there again. */
function endWhenReplaced({ token }: Endpoint, { home }: { home: string }): void {
  const timer = setInterval(() => {
    readEndpoint(home)
      .then(endpoint => (endpoint?.token === token ? undefined : process.exit(0)))
      .catch(unsaved)
  }, 60_000)
  timer.unref()
}

/** Each call begins when those before it are over, however they ended. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve()
  return () => (last = last.catch(() => {}).then(work))
}

function once<Argument>(work: (argument: Argument) => Promise<void>): (argument: Argument) => Promise<void> {
  let working: Promise<void> | undefined
  return argument => (working ??= work(argument))
}
