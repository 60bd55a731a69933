import { assignedByEcs } from './task-definition.ts'

/** One difference between two task definitions. Values are absent where they may be secret: only those of `shown` are told. */
export type Change = {
  /** `containers.web.image`, `containers.web.environment.LOG_LEVEL`, `cpu`. */
  readonly path: string
  readonly before?: string
  readonly after?: string
  readonly is: 'added' | 'removed' | 'changed'
}

/** Members whose values are told; `true` for all that is in them. Lists are seen through. */
type Shown = true | { readonly [member: string]: Shown }

/**
 * People put secrets into commands, labels, log options and health checks, and AWS may add members: so these are the values that
 * cannot be secret, and all others are hidden. ARNs and names of secrets are none.
 */
const shown: Shown = {
  cpu: true,
  memory: true,
  networkMode: true,
  taskRoleArn: true,
  executionRoleArn: true,
  pidMode: true,
  ipcMode: true,
  requiresCompatibilities: true,
  runtimePlatform: true,
  ephemeralStorage: true,
  enableFaultInjection: true,
  inferenceAccelerators: true,
  proxyConfiguration: { type: true, containerName: true },
  volumes: {
    configuredAtLaunch: true,
    efsVolumeConfiguration: {
      fileSystemId: true,
      rootDirectory: true,
      transitEncryption: true,
      transitEncryptionPort: true,
      authorizationConfig: true,
    },
  },
  containerDefinitions: {
    image: true,
    cpu: true,
    memory: true,
    memoryReservation: true,
    essential: true,
    portMappings: true,
    mountPoints: true,
    volumesFrom: true,
    dependsOn: true,
    ulimits: true,
    resourceRequirements: true,
    restartPolicy: true,
    startTimeout: true,
    stopTimeout: true,
    user: true,
    workingDirectory: true,
    privileged: true,
    readonlyRootFilesystem: true,
    interactive: true,
    pseudoTerminal: true,
    disableNetworking: true,
    versionConsistency: true,
    linuxParameters: true,
    secrets: true,
    environmentFiles: true,
    repositoryCredentials: true,
    firelensConfiguration: { type: true },
    healthCheck: { interval: true, timeout: true, retries: true, startPeriod: true },
    logConfiguration: {
      logDriver: true,
      secretOptions: true,
      options: {
        'awslogs-group': true,
        'awslogs-region': true,
        'awslogs-stream-prefix': true,
        mode: true,
      },
    },
  },
}

/** The lists whose items have names. */
const namedLists = new Set([
  'containerDefinitions',
  'environment',
  'secrets',
  'secretOptions',
  'volumes',
  'properties',
])

/** The differences between two task definitions as AWS describes them, by path. */
export function diffDefinitions(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly Change[] {
  const leavesBefore = new Map(leaves(before))
  const leavesAfter = new Map(leaves(after))
  const paths = [...new Set([...leavesBefore.keys(), ...leavesAfter.keys()])].toSorted()
  return paths.flatMap(path => change(path, leavesBefore.get(path), leavesAfter.get(path)) ?? [])
}

type Leaf = { readonly text: string; readonly isHidden: boolean }

function change(path: string, before: Leaf | undefined, after: Leaf | undefined): Change | undefined {
  if (before?.text === after?.text) return undefined
  const is = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const isHidden = before?.isHidden === true || after?.isHidden === true
  if (isHidden) return { path, is }
  return { path, is, ...(before && { before: before.text }), ...(after && { after: after.text }) }
}

/** Where in the definition: the path as it is told, and what of the values there may be told. */
type Place = { readonly path: string; readonly shown: Shown | undefined }

function leaves(value: unknown, place: Place = { path: '', shown }): [string, Leaf][] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return listLeaves(value, place)
  if (typeof value !== 'object' || value instanceof Date)
    return [[place.path, { text: textOf(value), isHidden: place.shown !== true }]]
  return Object.entries(value)
    .filter(([key]) => place.path !== '' || !isNotCompared(key))
    .flatMap(([key, member]) => leaves(member, memberOf(place, key)))
}

function memberOf({ path, shown: here }: Place, key: string): Place {
  const isListed = here !== undefined && here !== true && Object.hasOwn(here, key)
  return { path: join(path, key), shown: isListed ? here[key] : here === true ? true : undefined }
}

function isNotCompared(member: string): boolean {
  return member === 'family' || assignedByEcs.has(member)
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Items with a name are told apart by it; an order of variables is no difference. */
function listLeaves(items: readonly unknown[], { path, shown: here }: Place): [string, Leaf][] {
  const key = path.slice(path.lastIndexOf('.') + 1)
  const parent = key === 'containerDefinitions' ? `${path.slice(0, -key.length)}containers` : path
  const at = (name: string): Place => ({ path: join(parent, name), shown: here })
  return items.flatMap((item, index) => {
    if (!namedLists.has(key) || !isObject(item)) return leaves(item, at(String(index)))
    const { name = String(index), ...rest } = item as { name?: string }
    const place = at(name)
    const [only, second] = Object.entries(rest)
    if (only === undefined || second !== undefined || key === 'containerDefinitions')
      return leaves(rest, place)
    const [member, value]: [string, unknown] = only
    // A variable has one value, whose member's name says nothing.
    return leaves(
      value,
      isObject(value) ? memberOf(place, member) : { ...memberOf(place, member), path: place.path },
    )
  })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
