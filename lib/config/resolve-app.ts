import { clusterName, defaultEnvironment, defaultProcess } from '../names/aws.ts'
import type {
  AppConfig,
  DomainConfig,
  ProcessConfig,
  PromotionSourceConfig,
  ReadinessConfig,
  StrategyConfig,
} from './app-config.ts'
import { builtInStrategies } from './built-in-strategies.ts'
import { defaultBuildTimeout } from './default-build-timeout.ts'
import { fargateMemory } from './fargate-memory.ts'
import { listenerRules } from './listener-rules.ts'
import type { ProcessSettings, TapitFile } from './schema.ts'

type EnvironmentSettings = NonNullable<TapitFile['environments']>[string]

/**
 * The app in one environment: overrides applied, defaults filled in. It also answers for settings that contradict each other, so that the
 * checks can look at what comes out of them.
 */
export function resolveApp(settings: TapitFile, environment: string): AppConfig {
  const own = ownSettings(settings, environment)
  const domain = own?.domain ?? domainOf(settings.domain, environment)
  const { app, github, githubProvider = 'create' } = settings
  const region = own?.region ?? settings.region
  const { emails = [], topic } = own?.notify ?? settings.notify ?? {}
  const { errorPercent = 5, latencyMs = 2000 } = own?.alarms ?? settings.alarms ?? {}
  const {
    vpc,
    zones = 2,
    natGateways = 1,
    endpoints = false,
  } = own?.network ?? settings.network ?? { vpc: 'new' }
  const { keep } = own?.images ?? settings.images ?? { keep: 10 }
  const strategies = new Map([
    ...builtInStrategies.map(({ name, ...builtIn }) => [name, builtIn] as const),
    ...Object.entries(settings.strategies ?? {}),
  ])
  const written = processesOf(settings, environment)
  const front = frontOf(written)
  const processes = written.map(([name, process]) =>
    resolveProcess(name, process, { front, domain, strategies, build: settings.build }),
  )
  return defined({
    app,
    environment,
    cluster: own?.cluster ?? clusterName(app, environment),
    region,
    account: own?.account,
    profile: own?.profile,
    branch: own?.branch,
    github,
    githubProvider,
    enforced: own?.enforced ?? false,
    approverRole: own?.approverRole,
    promotesFrom: (own?.promotesFrom ?? []).map(source => sourceOf(settings, source)),
    network: { vpc, zones, natGateways, endpoints },
    domain,
    notify: defined({ emails, topic }),
    alarms: { errorPercent, latencyMs },
    processes,
    rules: listenerRules({ processes, routes: settings.routes ?? [] }),
    schedules: Object.entries(settings.schedules ?? {}).map(([name, schedule]) => ({
      name,
      process: schedule.process,
      command: schedule.command,
      schedule: schedule.schedule,
      timezone: schedule.timezone ?? 'UTC',
    })),
    strategies: settings.strategies ?? {},
    policies: settings.policies ?? [],
    release: settings.release,
    images: { keep },
    build: buildOf(settings),
  })
}

/** The environments that a file knows; production alone where it names none. */
export function environmentsOf({ environments = {} }: TapitFile): readonly string[] {
  const names = Object.keys(environments)
  return names.length === 0 ? [defaultEnvironment] : names
}

/** What a file says of an environment, if anything. */
export function ownSettings(
  { environments = {} }: TapitFile,
  environment: string,
): EnvironmentSettings | undefined {
  return Object.hasOwn(environments, environment) ? environments[environment] : undefined
}

/** An environment that images are promoted from. */
function sourceOf(settings: TapitFile, environment: string): PromotionSourceConfig {
  const own = ownSettings(settings, environment)
  return defined({
    app: own?.cluster ?? clusterName(settings.app, environment),
    region: own?.region ?? settings.region,
  })
}

/** Each process with what the environment says of it: variables and secrets are added, all else is replaced. */
function processesOf(
  settings: TapitFile,
  environment: string,
): readonly (readonly [string, ProcessSettings])[] {
  const overrides = new Map(Object.entries(ownSettings(settings, environment)?.processes ?? {}))
  return Object.entries(settings.processes).map(([name, base]) => {
    const own = overrides.get(name)
    if (own === undefined) return [name, base]
    return [
      name,
      { ...base, ...own, env: { ...base.env, ...own.env }, secrets: { ...base.secrets, ...own.secrets } },
    ]
  })
}

/** Other environments than production answer below its domain: two load balancers cannot share a name. */
function domainOf(domain: TapitFile['domain'], environment: string): DomainConfig | undefined {
  if (domain === undefined || environment === defaultEnvironment) return domain
  return { ...domain, name: `${environment}.${domain.name}` }
}

type Surroundings = {
  /** The process that answers where no host is named. */
  readonly front: string | undefined
  readonly domain: DomainConfig | undefined
  readonly strategies: ReadonlyMap<string, Omit<StrategyConfig, 'name'>>
  readonly build: TapitFile['build']
}

function resolveProcess(
  name: string,
  settings: ProcessSettings,
  { front, domain, strategies, build }: Surroundings,
): ProcessConfig {
  const kind = kindOf(name, settings)
  const cpu = settings.cpu ?? 256
  const strategy = settings.strategy ?? 'rolling'
  return defined({
    name,
    kind,
    path: settings.path,
    dockerfile: settings.dockerfile ?? 'Dockerfile',
    build: imageBuildOf(build, settings.build),
    hosts: kind === 'web' ? hostsOf(name, settings.host, { front, domain }) : [],
    port: kind === 'worker' ? undefined : (settings.port ?? 8080),
    cpu,
    memory: settings.memory ?? fargateMemory(cpu)[0] ?? 512,
    count: settings.count ?? 1,
    architecture: settings.architecture ?? 'x86_64',
    spot: settings.spot ?? false,
    command: settings.command,
    readiness: settings.readiness && readinessOf(settings.readiness),
    strategy: { type: 'rolling', ...strategies.get(strategy), name: strategy },
    env: settings.env ?? {},
    secrets: settings.secrets ?? {},
    permissions: settings.permissions ?? [],
    scale: settings.scale,
    user: settings.user,
    readOnly: settings.readOnly ?? false,
    exec: settings.exec ?? false,
    stayRunningSeconds: settings.stayRunningSeconds,
    drainSeconds: settings.drainSeconds ?? 30,
    stopSeconds: settings.stopSeconds ?? 30,
    logDays: settings.logDays ?? 30,
  })
}

function imageBuildOf(all: ProcessSettings['build'], own: ProcessSettings['build']): ProcessConfig['build'] {
  return defined({
    args: { ...all?.args, ...own?.args },
    secrets: { ...all?.secrets, ...own?.secrets },
    contexts: { ...all?.contexts, ...own?.contexts },
    target: own?.target ?? all?.target,
  })
}

function buildOf({ build, github }: TapitFile): AppConfig['build'] {
  // The ids that GitHub puts into its tokens are no part of the address.
  const address = github?.replaceAll(/@\d+/g, '')
  return defined({
    source: build?.source ?? (address === undefined ? undefined : `https://github.com/${address}`),
    memory: build?.memory,
    cpus: build?.cpus,
    timeoutMs: build?.timeout === undefined ? defaultBuildTimeout : millisecondsOf(build.timeout),
  })
}

const units = { s: 1000, m: 60_000, h: 3_600_000 } as const

/** Of `90s`, `30m`, `2h`: the schema lets nothing else through. */
function millisecondsOf(duration: string): number {
  const unit = duration.endsWith('s') ? 's' : duration.endsWith('m') ? 'm' : 'h'
  return Number.parseInt(duration, 10) * units[unit]
}

function kindOf(name: string, { kind, port, host }: ProcessSettings): ProcessConfig['kind'] {
  if (kind !== undefined) return kind
  return name === defaultProcess || port !== undefined || host !== undefined ? 'web' : 'worker'
}

/** `default`; where no web process is called that, the only one. */
function frontOf(processes: readonly (readonly [string, ProcessSettings])[]): string | undefined {
  const webs = processes.filter(([name, settings]) => kindOf(name, settings) === 'web').map(([name]) => name)
  return webs.length === 1 ? webs[0] : webs.find(name => name === defaultProcess)
}

function hostsOf(
  name: string,
  host: string | undefined,
  { front, domain }: Pick<Surroundings, 'front' | 'domain'>,
): readonly string[] {
  if (host !== undefined) return [host]
  if (domain === undefined) return []
  return [name === front ? domain.name : `${name}.${domain.name}`]
}

function readinessOf(readiness: NonNullable<ProcessSettings['readiness']>): ReadinessConfig {
  const { timeoutMs = 30_000 } = readiness
  return readiness.type === 'http'
    ? { type: 'http', path: readiness.path ?? '/healthz', timeoutMs }
    : { type: 'command', command: readiness.command, timeoutMs }
}

/** Without the keys that are undefined: what is absent is not in the document either. */
function defined<T extends object>(value: T): T {
  const copy = { ...value }
  for (const [key, member] of Object.entries(copy))
    if (member === undefined) Reflect.deleteProperty(copy, key)
  return copy
}
