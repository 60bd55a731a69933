import { awsPorts } from '../adapters/aws/aws-ports.ts'
import { newIds } from '../adapters/ids.ts'
import { createObserver, type Observer } from '../actions/observe/observer.ts'
import type { Ports } from '../actions/ports.ts'
import type { RecordsSetup } from '../records/records.ts'
import { clusterName } from '../names/aws.ts'
import { Refusal } from '../names/refusal.ts'
import type { Invocation } from './command.ts'
import type { Io } from './io.ts'

/** What a command works with: the app that it is about and everything outside. The only place that knows the adapters. */
export type Context = {
  /** As said: the app without its environment. */
  readonly app: string
  readonly environment?: string
  /** The app in its environment: its cluster, and its name in the records. */
  readonly cluster: string
  readonly ports: Ports
  /** Reads for the poll loop, which is their retry. */
  readonly observer: Observer
}

type Outside = Pick<Context, 'ports' | 'observer'> & { readonly setupRecords: RecordsSetup }

/** Everything outside, for commands that need no app. */
export async function openPorts(invocation: Invocation, io: Io, region?: string): Promise<Outside> {
  const env = invocation.global.sandbox ? { ...io.env, ...(await sandboxEnv(io)) } : io.env
  const isRegionSaid = Boolean(env['AWS_REGION'] || env['AWS_DEFAULT_REGION'])
  const aws = awsPorts({ env, clock: io.clock, ...(!isRegionSaid && region !== undefined && { region }) })
  const ports: Ports = { ...aws.command, ...newIds(io.clock), clock: io.clock }
  const observer = createObserver({ ecs: aws.loop.ecs, targets: aws.loop.targets, clock: io.clock })
  return { ports, observer, setupRecords: aws.setup }
}

export async function openContext(invocation: Invocation, io: Io): Promise<Context> {
  const { app, region } = await appOf(invocation, io)
  const { environment } = invocation.global
  const { ports, observer } = await openPorts(invocation, io, region)
  return {
    app,
    cluster: clusterName(app, environment),
    ports,
    observer,
    ...(environment !== undefined && { environment }),
  }
}

/** `-a`, else `TAPIT_APP`, else tapit.yml here or above; the sandbox has an app of its own. */
async function appOf({ global }: Invocation, { env, cwd }: Io): Promise<{ app: string; region?: string }> {
  if (global.app !== undefined) return { app: global.app }
  if (env['TAPIT_APP']) return { app: env['TAPIT_APP'] }
  const { appOfFolder } = await import('../config/app-of-folder.ts')
  const found = appOfFolder(cwd)
  if (found !== undefined) return found
  if (global.sandbox) return { app: sandboxApp }
  throw new Refusal({
    code: 'no_app',
    exit: 'usage',
    message: 'which app? Nothing says.',
    advice: 'Say it with -a APP, with TAPIT_APP, or with `app: …` in a tapit.yml here or above.',
  })
}

const sandboxApp = 'shop'

async function sandboxEnv(io: Io): Promise<Readonly<Record<string, string | undefined>>> {
  const { ensureSandbox } = await import('./sandbox-process.ts')
  return ensureSandbox(io)
}
