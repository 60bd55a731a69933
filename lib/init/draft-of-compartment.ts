import { posix } from 'node:path'
import { parseConfig } from '../config/read-config.ts'
import type { ProcessSettings, RouteSettings } from '../config/schema.ts'
import { defaultProcess } from '../names/aws.ts'
import { Refusal } from '../names/refusal.ts'
import type { ProcessKind } from '../names/vocabulary.ts'
import { builtAgain } from './built-again.ts'
import { commandWords } from '../build/command-words.ts'
import type { CompartmentRoute, CompartmentService } from './compartment-schema.ts'
import type { DockerfileFacts } from './dockerfile-facts.ts'
import type { Draft, DraftProcess, Finding, Identity, Remark } from './draft.ts'
import { mendedProcessName } from './mended-name.ts'
import type { CompartmentFiles } from './read-compartment.ts'
import { flowText } from './yaml-text.ts'

/** Compartment tells a service where to listen in PORT, and it is this one unless the service says otherwise. */
const compartmentPort = 3000
/** What tapit asks a path for at least; Compartment also takes less. */
const shortestTimeoutMs = 1000

export type CompartmentDraftOptions = {
  readonly compartment: CompartmentFiles
  readonly identity: Identity
  /** The Dockerfile in a service's folder, by the service's name; absent where there is none. */
  readonly dockerfiles: Readonly<Record<string, DockerfileFacts | undefined>>
}

/** tapit.yml for a Compartment project: what has a counterpart under its own name, all else as comments in its place. */
export function draftOfCompartment(options: CompartmentDraftOptions): Draft {
  const { compartment } = options
  const services = Object.entries(compartment.services)
  const names = namesOf(compartment)
  const routes = routesOf({ compartment, names })
  const reached = new Set(routes.flatMap(({ route }) => ('to' in route ? [route.to] : [])))
  const brought = services.map(([name, service]) => processOf(name, service, { ...options, names, reached }))
  const withRelease = releasing(compartment) ?? ''
  const { release } = compartment.services[withRelease] ?? {}
  return {
    processes: [
      ...(brought.some(({ process }) => !('remark' in process)) ? [] : [emptyProcess]),
      ...brought.map(({ process }) => process),
    ],
    routes: routes.map(({ route }) => route),
    remarks: resourceRemarks(compartment),
    findings: [
      ...brought.flatMap(({ findings }) => findings),
      ...routes.map(({ finding }) => finding),
      ...(release === undefined
        ? []
        : [{ found: `compartment.yml, ${withRelease}: release`, wrote: 'release, for the whole app' }]),
      ...Object.keys(compartment.resources ?? {}).map(name => ({
        found: `compartment.yml, resource ${name}`,
        wrote: 'a comment: tapit makes no databases',
      })),
    ],
    todo: [...brought.flatMap(({ todo }) => todo), ...todoOf(compartment)],
    ...(release !== undefined && { release: commandWords(release.command) }),
  }
}

/** Where everything in Compartment's file is a comment now. */
const emptyProcess: DraftProcess = { name: defaultProcess, settings: { kind: 'web' }, about: [], remarks: [] }

const fronts = [defaultProcess, 'web', 'www', 'app', 'frontend', 'site']

/**
 * The names that services get here. The web service that the public meets becomes `default`: that is the process at the load balancer's own
 * name and at the domain.
 */
function namesOf({ services }: CompartmentFiles): Readonly<Record<string, string>> {
  const webs = Object.keys(services).filter(name => kindOf(services[name]) === 'web')
  const front = fronts.find(name => webs.includes(name)) ?? webs[0]
  const names: Record<string, string> = {}
  for (const name of Object.keys(services)) {
    const isDefault = name === front && (name === defaultProcess || !Object.hasOwn(services, defaultProcess))
    names[name] = isDefault
      ? defaultProcess
      : freeName(mendedProcessName(name) ?? 'process', [
          ...Object.values(names),
          ...(name === defaultProcess ? [] : [defaultProcess]),
        ])
  }
  return names
}

function freeName(name: string, taken: readonly string[]): string {
  const numbered = Array.from({ length: taken.length + 1 }, (_, index) => `${name.slice(0, 60)}-${index + 2}`)
  return [name, ...numbered].find(candidate => !taken.includes(candidate)) ?? name
}

function kindOf(service: CompartmentService | undefined): NonNullable<CompartmentService['kind']> {
  return service?.kind ?? 'web'
}

function hasCounterpart(service: CompartmentService | undefined): boolean {
  return ['web', 'api', 'worker'].includes(kindOf(service))
}

type Surroundings = CompartmentDraftOptions & {
  /** What services are called here, by what they were called. */
  readonly names: Readonly<Record<string, string>>
  /** The processes that a route leads to. */
  readonly reached: ReadonlySet<string>
}

type Brought = {
  readonly process: DraftProcess | Remark
  readonly findings: readonly Finding[]
  readonly todo: readonly string[]
}

function processOf(service: string, said: CompartmentService, surroundings: Surroundings): Brought {
  const { names, compartment, reached } = surroundings
  const name = names[service] ?? service
  if (!hasCounterpart(said)) return leftOut(service, said, name)

  const part: Part = {
    name,
    service,
    said,
    kind: tapitKindOf(said, reached.has(name)),
    isSecondRelease: said.release !== undefined && service !== releasing(compartment),
  }
  const left = leftOf(part)
  const found = `compartment.yml, ${service}`
  return {
    process: {
      name,
      settings: settingsOf(part, surroundings),
      about: aboutOf(service, name),
      remarks: [
        ...(part.kind !== 'worker' && said.readiness === undefined
          ? ['readiness: { type: http, path: /healthz }']
          : []),
        ...left.map(({ key, value }) => `Compartment's ${key}: ${value}`),
      ],
    },
    findings: [
      { found, wrote: `${name}: ${part.kind}` },
      ...left.map(({ key }) => ({ found: `${found}: ${key}`, wrote: 'a comment: it has no counterpart' })),
    ],
    todo: todoOfPart(part, surroundings),
  }
}

/** A service that becomes a process. */
type Part = {
  readonly name: string
  readonly service: string
  readonly said: CompartmentService
  readonly kind: ProcessKind
  /** Another service's release command is the app's already. */
  readonly isSecondRelease: boolean
}

function settingsOf(part: Part, surroundings: Surroundings): ProcessSettings {
  const { service, said, kind } = part
  const { compartment, dockerfiles } = surroundings
  const port = said.ports?.[0] ?? dockerfiles[service]?.port ?? compartmentPort
  const { host } = hostOf(part, surroundings)
  return {
    ...pathSettings(service, compartment),
    kind,
    ...(host !== undefined && { host }),
    ...(kind !== 'worker' && { port }),
    ...(said.run?.command !== undefined && { command: [...commandWords(said.run.command)] }),
    ...(kind !== 'worker' && said.readiness !== undefined && { readiness: readinessOf(said.readiness) }),
    env: { PORT: String(port) },
  }
}

function todoOfPart(part: Part, surroundings: Surroundings): readonly string[] {
  const { name, service, said, kind, isSecondRelease } = part
  const { todo: hostTodo } = hostOf(part, surroundings)
  return [
    ...(surroundings.dockerfiles[service] === undefined
      ? [`${name}: there is no Dockerfile in ${said.path}. What is deployed is an image: write one.`]
      : []),
    ...(kind === 'web' && said.accessMode !== 'public'
      ? [
          `${name}: Compartment lets in who has logged in (accessMode: authenticated). tapit's load balancer lets everybody in.`,
        ]
      : []),
    ...(hostTodo === undefined ? [] : [hostTodo]),
    ...(said.kind === 'api' && kind === 'worker'
      ? [`${name}: no route leads to this api, so it is a worker here. With a route it can be kind: api.`]
      : []),
    ...(isSecondRelease
      ? [`${name}: its release command is a comment: tapit runs one for the whole app.`]
      : []),
  ]
}

/** An api that nothing leads to has no place behind the load balancer. */
function tapitKindOf(said: CompartmentService, isReached: boolean): ProcessKind {
  const kind = kindOf(said)
  if (kind === 'web') return 'web'
  return kind === 'api' && isReached ? 'api' : 'worker'
}

function aboutOf(service: string, name: string): readonly string[] {
  if (name === service) return []
  return [
    `Compartment's service ${service}${name === defaultProcess ? ', which the public meets: here that is "default".' : '.'}`,
  ]
}

function leftOut(service: string, said: CompartmentService, name: string): Brought {
  const kind = kindOf(said)
  return {
    process: {
      remark: [
        `${name}: Compartment's kind ${kind} has no counterpart in tapit. It was:`,
        `${service}: ${flowText(said)}`,
      ],
    },
    findings: [
      { found: `compartment.yml, ${service}: kind ${kind}`, wrote: 'a comment: it has no counterpart' },
    ],
    todo: [
      kind === 'static'
        ? `${service}: a static site is served by S3 and CloudFront, or by a web process whose image has a web server.`
        : `${service}: kind ${kind} is \`schedules:\` here, for a command of another process.`,
    ],
  }
}

/** The folder from where tapit.yml is; of the root the image is the one that the app shares. */
function pathSettings(service: string, { folder, services }: CompartmentFiles): ProcessSettings {
  const folders = Object.entries(services)
    .filter(([, said]) => hasCounterpart(said))
    .map(([name, { path }]) => ({
      name,
      from: posix.normalize(posix.join(folder, path)).replace(/(?<=.)\/$/, ''),
    }))
  const index = folders.findIndex(({ name }) => name === service)
  const { from = '.' } = folders[index] ?? {}
  if (from === '.') return {}
  const twins = folders.slice(0, index).filter(other => other.from === from).length
  return {
    path: /^[./]/.test(from) ? from : `./${from}`,
    ...(twins > 0 && { dockerfile: builtAgain('Dockerfile', twins) }),
  }
}

function readinessOf({
  path = '/healthz',
  timeoutMs = 30_000,
}: NonNullable<CompartmentService['readiness']>): ProcessSettings['readiness'] {
  return {
    type: 'http',
    path: path.replace(/[?#].*$/s, '').replace(/^(?!\/)/, '/'),
    timeoutMs: Math.max(shortestTimeoutMs, timeoutMs),
  }
}

function isShort(readiness: CompartmentService['readiness']): boolean {
  return (readiness?.timeoutMs ?? shortestTimeoutMs) < shortestTimeoutMs
}

type Host = { readonly host?: string; readonly todo?: string }

/** A web process besides `default` answers at a host of its own: below the domain, or at one that somebody must put right. */
function hostOf({ name, kind }: Part, { identity: { domain } }: Surroundings): Host {
  if (kind !== 'web' || name === defaultProcess) return {}
  const host = `${hostLabel(name)}.${domain?.name ?? 'example.com'}`
  if (domain?.certificate === undefined)
    return { host, todo: `${name}: put right its host, ${host}. Without a domain it needs one of its own.` }
  return {
    todo: `${name}: it answers at ${host}; the certificate must be for that name too.`,
    ...(host.startsWith(`${name}.`) ? {} : { host }),
  }
}

function hostLabel(name: string): string {
  return name.replaceAll('_', '-')
}

type Left = { readonly key: string; readonly value: string }

/** What is said of the service and has no counterpart, each as it was written. */
function leftOf({ said, kind: tapitKind, isSecondRelease }: Part): readonly Left[] {
  const { kind, run, readiness, ports = [], accessMode, build, connections, release } = said
  const isBehindBalancer = tapitKind !== 'worker'
  const left = {
    kind: kind === 'api' && !isBehindBalancer ? kind : undefined,
    accessMode,
    ports: ports.length > 1 ? ports : undefined,
    build,
    'run.restart': run?.restart,
    readiness: isBehindBalancer ? undefined : readiness,
    'readiness.timeoutMs': isBehindBalancer && isShort(readiness) ? readiness?.timeoutMs : undefined,
    release: isSecondRelease ? release : undefined,
    connections,
  }
  return Object.entries(left).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: flowText(value) }],
  )
}

/** The service whose release command becomes the app's. */
function releasing({ services }: CompartmentFiles): string | undefined {
  return Object.keys(services).find(
    name => services[name]?.release !== undefined && hasCounterpart(services[name]),
  )
}

type RouteContext = Pick<Surroundings, 'compartment' | 'names'>
type BroughtRoute = { readonly route: RouteSettings | Remark; readonly finding: Finding }

/** In the order of the file: what a route can be depends on those before it. */
function routesOf({ compartment, names }: RouteContext): readonly BroughtRoute[] {
  const written: RouteSettings[] = []
  return compartment.routes.map(route => {
    const found = `compartment.routes.yml, ${route.on} ${route.path}`
    const settings = {
      ...route,
      on: names[route.on] ?? route.on,
      to: names[route.to] ?? route.to,
      ...(route.replacePrefix !== undefined && {
        replacePrefix: route.replacePrefix.replace(/(?<=.)\/$/, ''),
      }),
    }
    const why = whyNoProcess(route, compartment.services) ?? whyRefused(settings, written)
    if (why !== undefined)
      return {
        route: { remark: [`Not a route here: ${why}`, `It was: ${flowText(route)}`] },
        finding: { found, wrote: `a comment: ${why}` },
      }
    written.push(settings)
    return { route: settings, finding: { found, wrote: `a route to ${settings.to}` } }
  })
}

function whyNoProcess(
  { on, to }: CompartmentRoute,
  services: CompartmentFiles['services'],
): string | undefined {
  if (kindOf(services[on]) !== 'web') return 'requests arrive at web processes only.'
  return ['web', 'api'].includes(kindOf(services[to]))
    ? undefined
    : `${to} is no process that answers requests.`
}

/** In the words of tapit.yml's own loader. */
function whyRefused(route: RouteSettings, before: readonly RouteSettings[]): string | undefined {
  const names = new Set([...before, route].flatMap(({ on, to }) => [on, to]))
  const processes = Object.fromEntries(
    [...names].map(name => [name, { kind: 'web', host: `${hostLabel(name)}.example.com` }]),
  )
  try {
    parseConfig(JSON.stringify({ app: 'shop', processes, routes: [...before, route] }), 'tapit.yml')
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { why } = /routes\[\d+\](?:\.\w+)*: (?<why>.*)/.exec(error.message)?.groups ?? {}
    return why
  }
}

function resourceRemarks({ resources = {} }: CompartmentFiles): readonly string[] {
  const entries = Object.entries(resources)
  if (entries.length === 0) return []
  return [
    'Resources of Compartment have no counterpart: make them in your own CDK stack, and give their addresses to env and secrets.',
    ...entries.map(([name, resource]) => `  ${name}: ${flowText(resource)}`),
  ]
}

function todoOf({ services, resources = {} }: CompartmentFiles): readonly string[] {
  const connected = Object.entries(services).flatMap(([, { connections = {} }]) =>
    Object.values(connections).flatMap(({ env }) => Object.keys(env)),
  )
  return [
    'Variables that Compartment keeps are not in its files: `compartment variables list` shows them for env and secrets.',
    ...(connected.length > 0
      ? [`${[...new Set(connected)].join(', ')}: these came from connections; say them in secrets or env.`]
      : []),
    ...(Object.keys(resources).length > 0 ? ['resources: make the databases in your own CDK stack.'] : []),
  ]
}
