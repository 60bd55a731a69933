import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { RegistryLogins } from '../actions/images/login.ts'
import type { Clock } from '../names/clock.ts'

type Variables = Readonly<Record<string, string | undefined>>

export type RegistryLoginsOptions = {
  /** As AWS's and Docker's clients see it, with the endpoint of a sandbox and the profile of a tapit.yml. */
  readonly env: Variables
  readonly clock: Pick<Clock, 'now'>
}

/** ECR's tokens are good for twelve hours, and a build may take one. */
const longest = 11 * 3_600_000
const margin = 3_600_000
const mostLogins = 100
const largestFile = 256 * 1024

/** A small file in the user's cache. Whatever is wrong with it, it is as if nothing was remembered. */
export function registryLogins({ env, clock }: RegistryLoginsOptions): RegistryLogins {
  const file = join(cacheFolder(env), 'tapit', 'registry-logins.json')
  const identity = identityOf(env)
  const isOf = (registry: string) => (login: Login) =>
    login.registry === registry && login.identity === identity
  const current = async (): Promise<readonly Login[]> =>
    (await loginsIn(file)).filter(({ until }) => until > clock.now() && until <= clock.now() + longest)
  return {
    recall: async registry => {
      const host = (await current()).find(isOf(registry))?.host
      return host !== undefined && (await isKnownToDocker(host, env)) ? host : undefined
    },
    remember: async (registry, { host, until }) => {
      const others = (await current()).filter(login => !isOf(registry)(login))
      const latest = clock.now() + longest
      const good = until === undefined ? latest : Math.min(until - margin, latest)
      await keep(file, [{ registry, host, identity, until: good }, ...others])
    },
    forget: async registry => {
      await keep(
        file,
        (await current()).filter(login => !isOf(registry)(login)),
      )
    },
  }
}

type Login = {
  readonly registry: string
  readonly host: string
  readonly identity: string
  /** Milliseconds since the epoch. */
  readonly until: number
}

function cacheFolder(env: Variables): string {
  const said = env['XDG_CACHE_HOME']
  return said !== undefined && isAbsolute(said) ? said : join(homeOf(env), '.cache')
}

function homeOf(env: Variables): string {
  return env['HOME'] || homedir()
}

/** Whoever is somebody else to AWS, or has other settings of Docker, has other logins. */
const identityVariables = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_ECR',
  'DOCKER_CONFIG',
  'HOME',
]

function identityOf(env: Variables): string {
  const said = JSON.stringify(identityVariables.map(name => env[name] ?? ''))
  return createHash('sha256').update(said).digest('hex').slice(0, 16)
}

async function loginsIn(file: string): Promise<readonly Login[]> {
  try {
    const handle = await open(file)
    try {
      const { mode, uid, size } = await handle.stat()
      // Where others can write, they could say where images are pushed to.
      if ((mode & 0o022) !== 0 || uid !== (process.getuid?.() ?? uid) || size > largestFile) return []
      const found: unknown = JSON.parse(await handle.readFile('utf8'))
      return Array.isArray(found) ? found.filter(isLogin).slice(0, mostLogins) : []
    } finally {
      await handle.close()
    }
  } catch {
    return []
  }
}

function isLogin(value: unknown): value is Login {
  if (typeof value !== 'object' || value === null) return false
  const { registry, host, identity, until } = value as Partial<Record<keyof Login, unknown>>
  return (
    typeof registry === 'string' &&
    typeof host === 'string' &&
    /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) &&
    typeof identity === 'string' &&
    typeof until === 'number'
  )
}

/** It takes the place of the file at once; where it cannot be written, the next command logs in again. */
async function keep(file: string, logins: readonly Login[]): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(draft, `${JSON.stringify(logins.slice(0, mostLogins), undefined, 2)}\n`, { mode: 0o600 })
    await rename(draft, file)
  } catch {
    await rm(draft, { force: true }).catch(() => {})
  }
}

/** `docker logout` takes the entry away. With a store of the system's the entry is there too, but empty. */
async function isKnownToDocker(host: string, env: Variables): Promise<boolean> {
  try {
    const folder = env['DOCKER_CONFIG'] || join(homeOf(env), '.docker')
    const settings = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as DockerSettings
    const { auths = {}, credHelpers = {}, credsStore = '' } = settings
    return Object.hasOwn(auths, host) || Object.hasOwn(credHelpers, host) || credsStore.startsWith('ecr-')
  } catch {
    return false
  }
}

type DockerSettings = {
  readonly auths?: object
  readonly credHelpers?: object
  readonly credsStore?: string
}
