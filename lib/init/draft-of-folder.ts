import { defaultProcess } from '../names/aws.ts'
import type { ProcessSettings, RouteSettings } from '../config/schema.ts'
import { builtAgain } from './built-again.ts'
import type { Candidate } from './candidate.ts'
import type { Draft, DraftProcess, Finding } from './draft.ts'
import type { FolderFacts } from './folder-facts.ts'
import { findCandidates } from './find-candidates.ts'
import { mendedProcessName } from './mended-name.ts'

const defaultPort = 8080

/** tapit.yml for what lies in a folder. */
export function draftOfFolder(facts: FolderFacts, app: string): Draft {
  const { candidates, release, findings } = findCandidates(facts)
  const parts = partsOf(candidates.length > 0 ? candidates : [nothingFound], app)
  const shared = sharedImage(parts)
  const drafted = parts.map((part, index) =>
    draftProcess(part, { shared, facts, before: parts.slice(0, index) }),
  )
  return {
    processes: drafted.map(({ process }) => process),
    routes: parts.flatMap(routeTo),
    remarks: [],
    findings: [
      ...drafted.flatMap(({ findings }) => findings),
      ...(release === undefined ? [] : [{ found: 'Procfile, release', wrote: 'release' }]),
      ...findings,
      ...facts.troubles.map(trouble => ({ found: trouble, wrote: 'nothing' })),
    ],
    todo: todoOf(facts, candidates, parts),
    ...(release !== undefined && { release }),
  }
}

const nothingFound: Candidate = { name: defaultProcess, source: 'nothing', isHttp: true }

/** A candidate with the place that it gets in the app. */
type Part = { readonly name: string; readonly kind: 'web' | 'api' | 'worker'; readonly candidate: Candidate }

function partsOf(candidates: readonly Candidate[], app: string): readonly Part[] {
  const front = frontOf(candidates.filter(isHttp), app)
  const taken = new Set<string>([defaultProcess])
  return candidates
    .map((candidate): Part => {
      if (candidate === front) return { name: defaultProcess, kind: 'web', candidate }
      const name = freeName(candidate, taken)
      taken.add(name)
      return { name, kind: isHttp(candidate) ? 'api' : 'worker', candidate }
    })
    .toSorted((one, other) => Number(one.kind !== 'web') - Number(other.kind !== 'web'))
}

const workers = /worker|job|queue|cron|schedul|consumer|sidekiq|celery|daemon|clock|beat|mailer/i
const servers = /^(?:web|www|api|app|server|frontend|backend|site|ui|gateway|admin|backoffice|default)$/i

function isHttp({ name, facts, isHttp: said }: Candidate): boolean {
  if (said !== undefined && !workers.test(name)) return said
  if (workers.test(name)) return false
  return facts?.port !== undefined || facts?.health?.type === 'http' || servers.test(name)
}

const fronts = [defaultProcess, 'web', 'www', 'app', 'frontend', 'site', 'ui', 'client', 'server', 'gateway']

/** The one that the public meets. */
function frontOf(candidates: readonly Candidate[], app: string): Candidate | undefined {
  const names = [...fronts, app]
  const ranked = candidates.toSorted((one, other) => rank(one, names) - rank(other, names))
  return ranked[0]
}

function rank({ name }: Candidate, names: readonly string[]): number {
  const index = names.indexOf(name.toLowerCase())
  return index === -1 ? names.length : index
}

function freeName({ name, image }: Candidate, taken: ReadonlySet<string>): string {
  const mended = mendedProcessName(name) ?? 'process'
  const { folder = '' } = image ?? {}
  const longer = mendedProcessName(folder.endsWith(`/${name}`) ? folder : `${folder}-${name}`) ?? mended
  const numbered = Array.from({ length: taken.size + 1 }, (_, index) => `${mended.slice(0, 58)}-${index + 2}`)
  return [mended, longer, ...numbered].find(candidate => !taken.has(candidate)) ?? mended
}

/** The image that the app's processes share: the root's, where there is one. */
function sharedImage(parts: readonly Part[]): Candidate['image'] {
  const ofRoot = parts.flatMap(({ candidate: { image } }) => (image?.folder === '.' ? [image] : []))
  return ofRoot.find(({ dockerfile }) => dockerfile === 'Dockerfile') ?? ofRoot[0]
}

type Surroundings = {
  readonly shared: Candidate['image']
  readonly facts: FolderFacts
  /** The processes above it in the file. */
  readonly before: readonly Part[]
}
type Drafted = { readonly process: DraftProcess; readonly findings: readonly Finding[] }

function draftProcess(part: Part, surroundings: Surroundings): Drafted {
  const { name, kind, candidate } = part
  const settings = settingsOf(part, surroundings)
  return {
    process: {
      name,
      settings,
      about: [aboutOf(kind, name), `Found: ${candidate.source}.`],
      remarks: [
        ...twinsOf(part, surroundings).slice(0, 1).map(builtOnceMore),
        ...remarksOf(candidate, settings),
      ],
    },
    findings: [{ found: candidate.source, wrote: `${name}: ${wroteOf(settings)}` }],
  }
}

function settingsOf(part: Part, surroundings: Surroundings): ProcessSettings {
  const { kind, candidate } = part
  const { image, facts: dockerfile } = candidate
  const port = candidate.port ?? dockerfile?.port ?? defaultPort
  const command = candidate.command ?? startScript(part, surroundings)
  const readiness = readinessOf(kind, candidate)
  const twins = twinsOf(part, surroundings)
  return {
    ...imageSettings(image, surroundings.shared),
    ...(image !== undefined &&
      twins.length > 0 && { dockerfile: builtAgain(image.dockerfile, twins.length) }),
    kind,
    ...(kind !== 'worker' && { port }),
    ...(dockerfile?.architecture === 'arm64' && { architecture: 'arm64' as const }),
    ...(command !== undefined && { command: [...command] }),
    ...(readiness !== undefined && { readiness }),
    ...(candidate.needsPortVariable && { env: { PORT: String(port) } }),
  }
}

/** The processes above it that are built from the same Dockerfile, where that is not the image that all can share. */
function twinsOf({ candidate: { image } }: Part, { shared, before }: Surroundings): readonly Part[] {
  return isShared(image, shared) ? [] : before.filter(other => isSame(other.candidate.image, image))
}

function builtOnceMore({ name }: Part): string {
  return `The image of ${name}, built once more: only an image of the root can be shared.`
}

/** What was found and is no setting, and what could be said. */
function remarksOf(
  { facts: dockerfile, variables = [] }: Candidate,
  { kind, port, readiness }: ProcessSettings,
): readonly string[] {
  const isBehindBalancer = kind !== 'worker'
  const otherPorts = (dockerfile?.ports ?? []).filter(other => other !== port)
  return [
    ...(readiness === undefined && isBehindBalancer
      ? ['readiness: { type: http, path: /healthz, timeoutMs: 30000 }']
      : []),
    ...(dockerfile?.health?.type === 'command' && isBehindBalancer
      ? ['Its HEALTHCHECK is a command; the load balancer asks for a path.']
      : []),
    ...(otherPorts.length > 0
      ? [`EXPOSE ${otherPorts.join(' ')} is not used: tapit sends requests to one port.`]
      : []),
    ...(variables.length > 0 ? [`In env or secrets: ${variables.join(', ')}`] : []),
    ...(dockerfile?.isRoot === true ? ['Its Dockerfile has no USER: it may run as root.'] : []),
  ]
}

function aboutOf(kind: Part['kind'], name: string): string {
  switch (kind) {
    case 'web':
      return 'The public web process.'
    case 'api':
      return `Behind the load balancer, reached at /${name} by the route below.`
    case 'worker':
      return 'Runs behind the scenes, without requests.'
  }
}

function imageSettings(image: Candidate['image'], shared: Candidate['image']): ProcessSettings {
  if (image === undefined) return {}
  const { folder, dockerfile } = image
  return {
    ...(!isShared(image, shared) && { path: /^[./]/.test(folder) ? folder : `./${folder}` }),
    ...(dockerfile !== 'Dockerfile' && { dockerfile }),
  }
}

function isShared(image: Candidate['image'], shared: Candidate['image']): boolean {
  return image === undefined || isSame(image, shared)
}

function isSame(one: Candidate['image'], other: Candidate['image']): boolean {
  return one?.folder === other?.folder && one?.dockerfile === other?.dockerfile
}

/** The image's own command, where it has one; `npm start` is what most base images for Node leave to be said. */
function startScript(
  { kind, candidate: { image, facts: dockerfile } }: Part,
  { facts: { packageJson } }: Surroundings,
): readonly string[] | undefined {
  const isOfRoot = image === undefined || image.folder === '.'
  if (kind !== 'web' || !isOfRoot || dockerfile?.hasCommand === true) return undefined
  return packageJson?.start === undefined ? undefined : ['npm', 'start']
}

/** A check of the image that others run too says nothing about a worker: it asks for what the web process answers. */
function readinessOf(kind: Part['kind'], { facts }: Candidate): ProcessSettings['readiness'] {
  const health = facts?.health
  if (health === undefined) return undefined
  if (kind === 'worker')
    return health.type === 'command' && facts?.port === undefined
      ? { type: 'command', command: [...health.command] }
      : undefined
  return health.type === 'http' ? { type: 'http', path: health.path, timeoutMs: 30_000 } : undefined
}

function wroteOf({ kind, path, port, command, readiness }: ProcessSettings): string {
  return [
    kind,
    ...(path === undefined ? [] : [`path ${path}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(command === undefined ? [] : ['command']),
    ...(readiness === undefined
      ? []
      : [readiness.type === 'http' ? `readiness ${readiness.path}` : 'readiness']),
  ].join(', ')
}

function routeTo({ name, kind }: Part): readonly RouteSettings[] {
  return kind === 'api' ? [{ on: defaultProcess, path: `/${name}/*`, to: name, stripPrefix: `/${name}` }] : []
}

function todoOf(
  facts: FolderFacts,
  candidates: readonly Candidate[],
  parts: readonly Part[],
): readonly string[] {
  const missing = candidates.flatMap(({ image, facts: dockerfile }) =>
    image !== undefined && dockerfile === undefined ? [`${image.folder}/${image.dockerfile}`] : [],
  )
  return [
    ...(candidates.length === 0
      ? ['Nothing here says what to run: tapit.yml has one process, "default". Put right what it listens at.']
      : []),
    ...(candidates.every(({ image }) => image === undefined)
      ? [
          'There is no Dockerfile: `tapit image deploy` makes one for Node, Python, Go, Ruby, Java and static sites; for others write one.',
        ]
      : []),
    ...(missing.length > 0
      ? [`Not found: ${[...new Set(missing)].join(', ')}. Put right path and dockerfile of those processes.`]
      : []),
    ...(parts.some(({ kind }) => kind === 'api')
      ? [
          'Check the routes: each api process was given its own name as path, which it does not see (stripPrefix).',
        ]
      : []),
    ...(facts.packageJson?.hasWorkspaces === true &&
    parts.some(({ candidate }) => candidate.image?.folder !== '.')
      ? [
          'package.json has workspaces: a Dockerfile that copies from the root needs `path: .` and `dockerfile: <its path>`.',
        ]
      : []),
  ]
}
