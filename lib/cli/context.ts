import { auditWriter } from '../actions/audit/audit-writer.ts'
import { auditedRecords } from '../actions/audit/audited-records.ts'
import { type AwsPorts, awsPorts } from '../adapters/aws/aws-ports.ts'
import { profileEndpoint } from '../adapters/aws/profile-endpoint.ts'
import { newIds } from '../adapters/ids.ts'
import type { Stacks } from '../actions/doctor/ports.ts'
import type { ListenerRules } from '../actions/ports.ts'
import { createObserver, type Observer } from '../actions/observe/observer.ts'
import type { BuildMeans } from '../actions/build/build-request.ts'
import type { RegistryLogins } from '../actions/images/login.ts'
import type { SessionPlugin } from '../actions/tasks/open-session.ts'
import type { Ports } from '../actions/ports.ts'
import type { Audit } from '../records/audit.ts'
import type { RecordsSetup } from '../records/records.ts'
import { clusterName } from '../names/aws.ts'
import { machineClock } from '../names/corrected-clock.ts'
import { Refusal } from '../names/refusal.ts'
import { commandLine } from './command-line.ts'
import type { Invocation } from './command.ts'
import type { Io } from './io.ts'
import { withoutRegion } from './places/without-region.ts'

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
  /** What CDK made. */
  readonly infrastructure: { readonly stacks: Stacks; readonly rules: ListenerRules }
  /** The environment as AWS's clients see it: with the endpoint of the sandbox, and the profile of tapit.yml. */
  readonly awsEnv: Io['env']
}

type Outside = Pick<Context, 'ports' | 'observer' | 'infrastructure' | 'awsEnv'> & {
  readonly setupRecords: RecordsSetup
  region(): Promise<string>
}

/** What a tapit.yml says of where its app is. */
type Place = { readonly region?: string; readonly profile?: string }

/** Everything outside, for commands that need no app. */
export async function openPorts(invocation: Invocation, io: Io, place: Place = {}): Promise<Outside> {
  const env = invocation.global.sandbox ? { ...io.env, ...(await sandboxEnv(io)) } : io.env
  const { env: awsEnv, ...region } = placed(env, place)
  const endpoint = await profileEndpoint(awsEnv)
  const aws = awsPorts({ env: awsEnv, ...region, ...(endpoint && { endpoint }), clock: io.clock })
  const audit = openAudit(aws, { invocation, io })
  const records = auditedRecords(aws.command.records, audit)
  const ports: Ports = { ...aws.command, ...newIds(io.clock), clock: io.clock, records, audit }
  const observer = createObserver({ ecs: aws.loop.ecs, targets: aws.loop.targets, clock: io.clock })
  return {
    ports,
    observer,
    setupRecords: aws.setup,
    infrastructure: aws.infrastructure,
    awsEnv,
    region: () => aws.region(),
  }
}

/** What could not be written is said at the end: the work is done, whoever else knows of it. */
function openAudit(
  { command: { identity }, loop: { logs } }: AwsPorts,
  { invocation, io }: { readonly invocation: Invocation; readonly io: Io },
): Audit {
  const writer = auditWriter({ logs, identity, clock: io.clock, command: commandLine(invocation) })
  io.atEnd?.(async () => {
    for (const loss of await writer.end()) {
      const { auditLossText } = await import('./wording/audit-loss-text.ts')
      const text = auditLossText(loss, { isVerbose: invocation.global.verbose })
      if (text !== undefined) io.stderr.write(`tapit: ${text}\n`)
    }
  })
  return writer
}

export async function openContext(invocation: Invocation, io: Io): Promise<Context> {
  const { app, cluster, environment, isRegionSaid = false, ...place } = await appOf(invocation, io)
  const env = isRegionSaid ? withoutRegion(io.env) : io.env
  const { setupRecords: _, region: __, ...outside } = await openPorts(invocation, { ...io, env }, place)
  return { app, cluster, ...outside, ...(environment !== undefined && { environment }) }
}

/** For whoever looks after what is wrong: the app as far as it can be told, else why not. */
export async function openAsFarAsPossible(
  invocation: Invocation,
  io: Io,
): Promise<Outside & { readonly app: Pick<Context, 'app' | 'environment' | 'cluster'> | Refusal }> {
  const app = await appOf(invocation, io).catch((error: unknown) => {
    if (error instanceof Refusal) return error
    throw error
  })
  if (app instanceof Refusal) return { ...(await openPorts(invocation, io)), app }
  const { isRegionSaid = false, ...place } = app
  const env = isRegionSaid ? withoutRegion(io.env) : io.env
  return { ...(await openPorts(invocation, { ...io, env }, place)), app }
}

/** What is remembered of Docker's logins. */
export async function openLogins(
  { awsEnv: env }: Pick<Context, 'awsEnv'>,
  { clock }: Io,
): Promise<RegistryLogins> {
  const { registryLogins } = await import('../adapters/registry-logins.ts')
  return registryLogins({ env, clock })
}

/** What joins sessions in containers, as the identity of everything else. */
export async function openSessionPlugin({ awsEnv: env }: Pick<Context, 'awsEnv'>): Promise<SessionPlugin> {
  const { sessionPlugin } = await import('../adapters/session-plugin.ts')
  return sessionPlugin({ env })
}

/** What builds need of this machine. A credential helper of Docker's asks AWS as the profile of tapit.yml. */
export async function openBuildTools(
  io: Io,
  { awsEnv }: Partial<Pick<Context, 'awsEnv'>> = {},
): Promise<Pick<BuildMeans, 'docker' | 'git' | 'meter' | 'files' | 'logs' | 'hostPlatform' | 'atOnce'>> {
  const [{ openDocker }, { openGit }, { contextMeter }, { buildFiles }, { buildLogs }, { machine }] =
    await Promise.all([
      import('../adapters/docker/docker.ts'),
      import('../adapters/git/git.ts'),
      import('../adapters/context-meter.ts'),
      import('../adapters/build-files.ts'),
      import('../adapters/build-logs.ts'),
      import('../adapters/machine.ts'),
    ])
  const options = { env: io.env, clock: io.clock }
  const profile = awsEnv?.['AWS_PROFILE']
  return {
    docker: openDocker({ ...options, env: { ...io.env, ...(profile && { AWS_PROFILE: profile }) } }),
    // Whether it has fallen silent is no question of AWS's time.
    git: openGit({ ...options, clock: machineClock(io.clock) }),
    meter: contextMeter(),
    files: buildFiles(),
    logs: buildLogs(options),
    ...machine(),
  }
}

type FoundApp = Place &
  Pick<Context, 'app' | 'environment' | 'cluster'> & {
    /** With the name of the app, `shop-us@us-west-2`: then it comes before what the shell says. */
    readonly isRegionSaid?: boolean
  }

/** `-a`, else `TAPIT_APP`, else tapit.yml here or above; the sandbox has an app of its own. */
async function appOf({ global }: Invocation, { env, cwd }: Io): Promise<FoundApp> {
  const { environment } = global
  const named = (app: string): FoundApp => ({
    app,
    cluster: clusterName(app, environment),
    ...(environment !== undefined && { environment }),
  })
  const said = global.app ?? env['TAPIT_APP']
  if (said) {
    const { placeOfApp } = await import('./places/place-of-app.ts')
    const { name, ...place } = await placeOfApp(said, { cwd, clusterOf: app => named(app).cluster })
    return { ...named(name), ...place }
  }
  const { appOfFolder } = await import('../config/app-of-folder.ts')
  const found = appOfFolder(cwd, { ...(environment !== undefined && { environment }) })
  if (found !== undefined) return { ...found, ...inCluster(found.cluster, named(found.app)) }
  if (global.sandbox) return named(sandboxApp)
  throw new Refusal({
    code: 'no_app',
    exit: 'usage',
    message: 'which app? Nothing says.',
    advice: 'Say it with -a APP, with TAPIT_APP, or with `app: …` in a tapit.yml here or above.',
  })
}

/** A cluster with a name of its own is an app of that name: `-a` finds it from anywhere, and commands to copy say so. */
function inCluster(cluster: string, named: FoundApp): FoundApp {
  return cluster === named.cluster ? named : { app: cluster, cluster }
}

const sandboxApp = 'shop'

type Variables = Io['env']

/** What somebody said comes before what the file says: a region, and whatever names or is an identity. */
function placed(env: Variables, { region, profile }: Place): { env: Variables; region?: string } {
  const isRegionSaid = Boolean(env['AWS_REGION'] || env['AWS_DEFAULT_REGION'])
  const isIdentitySaid = identities.some(name => Boolean(env[name]))
  return {
    env: profile !== undefined && !isIdentitySaid ? { ...env, AWS_PROFILE: profile } : env,
    ...(!isRegionSaid && region !== undefined && { region }),
  }
}

/** The file's profile is that of a laptop: machines of CI have another identity, if only the role of the machine. */
const identities = [
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'CI',
]

async function sandboxEnv(io: Io): Promise<Readonly<Record<string, string | undefined>>> {
  const { ensureSandbox } = await import('./sandbox-process.ts')
  return ensureSandbox(io)
}
