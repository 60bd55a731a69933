import { randomUUID } from 'node:crypto'
import type http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { emptyScaling, type ScalingState } from './application-autoscaling/state.ts'
import { type CloudWatchState, emptyCloudWatch } from './cloudwatch/state.ts'
import type { DynamoDb } from './dynamodb/dynamodb.ts'
import { type DynamoDbState, emptyDynamoDb } from './dynamodb/state.ts'
import { blobOf, blobSize } from './ecr/blob-of.ts'
import { type LayerStore, openLayerStore } from './ecr/layer-store.ts'
import type { EcrOptions } from './ecr/handlers.ts'
import { type EcrState, emptyEcr } from './ecr/state.ts'
import { tidyLayers } from './ecr/tidy-layers.ts'
import { advanceWorld } from './ecs/advance-world.ts'
import { type EcsState, emptyEcs } from './ecs/state.ts'
import { type Elbv2State, emptyElbv2 } from './elbv2/state.ts'
import { type Traffic, type TrafficOptions, traffic } from './elbv2/traffic.ts'
import { createFaults, type Faults } from './faults.ts'
import { emptyLogs, type LogsState } from './logs/state.ts'
import { emptySsm, type SsmState } from './ssm/state.ts'
import { timings as paces } from './timings.ts'
import { loadSdk } from './wire/load-sdk.ts'
import type { Outcome } from './wire/outcome.ts'
import type { Reply } from './wire/protocol.ts'
import { type ControlRequest, server } from './wire/server.ts'
import type { Service } from './wire/service.ts'
import type { ServiceId } from './wire/service-description.ts'
import type { SandboxClock, Timings, World } from './world.ts'

export type SandboxOptions = {
  readonly clock: SandboxClock
  /** @default - the short ones */
  readonly timings?: Timings
  /** What an earlier sandbox's `snapshot` gave. @default - an empty account */
  readonly state?: Snapshot
  /** @default '123456789012' */
  readonly account?: string
  /** @default 'us-east-1' */
  readonly region?: string
  /** Where layers are kept that were pushed, made at the first one. @default - in a temporary folder, gone when the sandbox is closed */
  readonly layerFolder?: string
  /** Called after every request that may have changed something. */
  readonly changed?: () => void
  /** A number from 0 up to 1 for each user's request, that decides between weighted target groups. @default - at random */
  readonly draw?: () => number
  /** Lets the time pass that a task takes for an answer. @default - real time */
  readonly pause?: (milliseconds: number) => Promise<void>
  /** Answers the paths under `/_tapit/` that the sandbox itself does not. */
  readonly control?: (request: ControlRequest) => Promise<Reply> | Reply
}

/** Everything that a sandbox remembers, as plain JSON. */
export type Snapshot = {
  readonly ecs: EcsState
  readonly elbv2: Elbv2State
  readonly ecr: EcrState
  readonly logs: LogsState
  readonly cloudwatch: CloudWatchState
  /** Absent from what older sandboxes saved. */
  readonly scaling?: ScalingState
  readonly ssm: SsmState
  readonly dynamodb: DynamoDbState
}

export type Sandbox = {
  readonly world: World
  readonly faults: Faults
  /** Only on the loopback interface. @default - a free port */
  listen(options?: { readonly port?: number }): Promise<{ readonly url: string; readonly port: number }>
  /** Of an AWS client or a user of a load balancer; absent before the first one. */
  lastRequestAt(): number | undefined
  snapshot(): Promise<Snapshot>
  /** Forgets everything but the faults, under the same address: `world` is another one then. */
  reset(): Promise<void>
  /** Removes layers that nothing names, such as those of a client that was killed, or of a sandbox that was. */
  tidy(): Promise<void>
  /** Breaks what is still connected. */
  close(): Promise<void>
}

/** An AWS account in this process: nothing leaves the machine, and nothing runs but a simulation. */
export function openSandbox(options: SandboxOptions): Sandbox {
  const { clock, region = defaultRegion, layerFolder, changed, control, draw = Math.random } = options
  const faults = createFaults({ clock })
  // Nobody else guesses this name, so nobody else's folder is there before ours.
  const folder = layerFolder ?? join(tmpdir(), `tapit-sandbox-layers-${randomUUID()}`)
  const layers = openLayerStore({ folder, clock })
  let url = ''
  let port: number | undefined
  let lastUserAt: number | undefined
  const open = (state: Snapshot | undefined): Account =>
    openAccount({
      ...options,
      state,
      draw,
      port: () => port,
      ecr: {
        layers,
        layerUrl: ({ repository, digest }) => `${url}${layerPath}${repository}/${digest}`,
        registryUrl: () => url,
      },
    })
  let current = open(options.state)
  const tidy = () => tidyLayers(current.world, layers)
  const before = () => advanceWorld(current.world)

  const http = server({
    region,
    clock,
    faults,
    load: id => current.load[id](),
    before,
    after: operation => {
      if (!readsOnly.test(operation)) changed?.()
      if (freesLayers.test(operation)) tidy().catch(console.error)
    },
    traffic: {
      knows: host => current.traffic.knows(host),
      take: request => {
        lastUserAt = clock.now()
        return current.traffic.take(request)
      },
    },
    pause: options.pause ?? (milliseconds => setTimeout(milliseconds)),
    control: request => layer(current.world, { request, layers }) ?? control?.(request) ?? notFound,
    registry: async request => {
      const { registry } = await import('./ecr/registry/registry.ts')
      return registry(request, { world: current.world, layers, faults, before, changed: () => changed?.() })
    },
  })

  return {
    get world() {
      return current.world
    },
    faults,
    listen: async ({ port: wanted = 0 } = {}) => {
      port = await listening(http, wanted)
      url = `http://127.0.0.1:${port}`
      return { url, port }
    },
    lastRequestAt: () => {
      const times = [lastUserAt, faults.journal.at(-1)?.at].filter(at => at !== undefined)
      return times.length === 0 ? undefined : Math.max(...times)
    },
    snapshot: () => current.snapshot(),
    reset: async () => {
      current = open(undefined)
      await layers.clear()
    },
    tidy,
    close: async () => {
      await new Promise<void>(resolve => {
        http.close(() => resolve())
        http.closeAllConnections()
      })
      await (layerFolder === undefined ? layers.clear() : layers.endUploads())
    },
  }
}

const defaultAccount = '123456789012'
const defaultRegion = 'us-east-1'

/** Its objects without a prototype: clients choose the names in them, and `constructor` is a name like any other. */
function bare<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const it of Object.values(value)) bare(it)
  return Array.isArray(value) ? value : Object.setPrototypeOf(value, null)
}

function emptySnapshot(): Snapshot {
  return {
    ecs: emptyEcs(),
    elbv2: emptyElbv2(),
    ecr: emptyEcr(),
    logs: emptyLogs(),
    cloudwatch: emptyCloudWatch(),
    scaling: emptyScaling(),
    ssm: emptySsm(),
    dynamodb: emptyDynamoDb(),
  }
}

/** What a reset replaces: the world, and the services over it. */
type Account = {
  readonly world: World
  readonly traffic: Traffic
  readonly load: Readonly<Record<ServiceId, () => Promise<Service>>>
  snapshot(): Promise<Snapshot>
}

type AccountOptions = SandboxOptions & TrafficOptions & { readonly ecr: EcrOptions }

function openAccount(options: AccountOptions): Account {
  const { clock, timings = paces.short, account = defaultAccount, region = defaultRegion } = options
  const { ecr, draw, port } = options
  const { dynamodb: savedTables, scaling = emptyScaling(), ...state } = options.state ?? emptySnapshot()
  const world: World = {
    account,
    region,
    clock,
    timings,
    state: bare(structuredClone({ ...state, scaling })),
  }
  let opened = false
  const openTables = once(async () => {
    opened = true
    const { openDynamoDb } = await import('./dynamodb/dynamodb.ts')
    return openDynamoDb({ account, region, clock, state: savedTables })
  })
  return {
    world,
    traffic: traffic(world, { draw, port }),
    load: services(world, { openTables, ecr, port }),
    snapshot: async () => {
      const dynamodb = opened ? await (await openTables()).snapshot() : savedTables
      return structuredClone({ ...world.state, dynamodb })
    },
  }
}

type ServicesOptions = Pick<AccountOptions, 'ecr' | 'port'> & { readonly openTables: () => Promise<DynamoDb> }

/** Every service: its schemas from the SDK and its handlers from its folder, both loaded at its first request. */
function services(world: World, { openTables, ecr, port }: ServicesOptions): Account['load'] {
  return {
    ecs: load('ecs', async () => (await import('./ecs/handlers.ts')).ecsHandlers(world)),
    ecr: load('ecr', async () => (await import('./ecr/handlers.ts')).ecrHandlers(world, ecr)),
    elasticloadbalancing: load('elasticloadbalancing', async () =>
      (await import('./elbv2/handlers.ts')).elbv2Handlers(world, { port }),
    ),
    logs: load('logs', async () => (await import('./logs/handlers.ts')).logsHandlers(world)),
    monitoring: load('monitoring', async () =>
      (await import('./cloudwatch/handlers.ts')).cloudWatchHandlers(world),
    ),
    'application-autoscaling': load('application-autoscaling', async () =>
      (await import('./application-autoscaling/handlers.ts')).scalingHandlers(world),
    ),
    ssm: load('ssm', async () => (await import('./ssm/handlers.ts')).ssmHandlers(world)),
    sts: load('sts', async () => (await import('./sts/handlers.ts')).stsHandlers(world)),
    dynamodb: openTables,
  }
}

function load(id: Exclude<ServiceId, 'dynamodb'>, handlers: () => Promise<object>): () => Promise<Service> {
  return once(async () => {
    const [{ service }, sdk, handled] = await Promise.all([
      import('./wire/service.ts'),
      loadSdk[id](),
      handlers(),
    ])
    return service(sdk, handled)
  })
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

/** By AWS's naming; a name that it misses only costs a needless snapshot. */
const readsOnly = /^(Describe|List|Get|BatchGet|BatchCheck|Filter|Query|Scan)/
const freesLayers = /^(BatchDeleteImage|DeleteRepository)$/

function listening(http: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', () => {
      http.off('error', reject)
      const address: AddressInfo | string | null = http.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

const layerPath = '/_tapit/layers/'

type LayerRequest = { readonly request: ControlRequest; readonly layers: LayerStore }

/** What GetDownloadUrlForLayer points to; on AWS it is a presigned URL of S3. */
function layer({ state }: World, { request, layers }: LayerRequest): Outcome | undefined {
  const { method, path } = request
  if (!path.startsWith(layerPath)) return undefined
  const [, name = '', digest = ''] = /^(.+)\/(sha256:[0-9a-f]{64})$/.exec(path.slice(layerPath.length)) ?? []
  const repository = method === 'GET' ? state.ecr.repositories[name] : undefined
  const size = repository === undefined ? undefined : blobSize(repository, digest)
  if (repository === undefined || size === undefined) return notFound
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) }
  const body = blobOf(repository, digest)
  if (body !== undefined) return { status: 200, headers, body }
  return { status: 200, headers, body: layers.stream(digest) }
}

const notFound: Reply = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found.\n' }
