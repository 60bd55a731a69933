import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Ended, startProcess, type Variables } from './cli.ts'

/** Starts a real engine and a registry on this machine; not in this repository, for it is no part of tapit. */
const tool: string =
  process.env['TAPIT_DOCKER_ENGINE'] ??
  fileURLToPath(new URL('../../../../shared/tools/docker-engine', import.meta.url))

/** A real Docker engine with buildx, and a registry with basic authentication. Others use them at the same time. */
export type DockerEngine = {
  /** With a `DOCKER_CONFIG` of its own: no login gets in or out. */
  readonly env: Variables
  /** `127.0.0.1:5000`. The engine takes loopback without TLS. */
  readonly registry: string
  readonly username: string
  readonly password: string
  /** Runs `docker`; fails the test where it fails. */
  docker(...argv: readonly string[]): Promise<string>
  close(): Promise<void>
}

/** Undefined, with the reason on stderr, where there is none and none can be started; in CI that is a failure. */
export async function dockerEngine(): Promise<DockerEngine | undefined> {
  const found = await findEngine()
  if (!('why' in found)) return open(found)
  if (process.env['CI'] === 'true') throw new Error(found.why)
  process.stderr.write(`no Docker engine: ${found.why}\n`)
  return undefined
}

type Found = {
  readonly path: string
  readonly registry: string
  readonly username: string
  readonly password: string
}

async function findEngine(): Promise<Found | { readonly why: string }> {
  const path = await pathWithDocker()
  const wanted: Found = {
    path,
    registry: process.env['REGISTRY'] ?? `127.0.0.1:${process.env['REGISTRY_PORT'] ?? '5000'}`,
    username: process.env['REGISTRY_USER'] ?? 'AWS',
    password: process.env['REGISTRY_PASSWORD'] ?? 'registry-password',
  }
  if (await answers(wanted)) return wanted
  if (!(await isFile(tool))) return { why: `no engine and registry answer, and ${tool} is not there` }
  // Several test files may get here at once. The lock must not go on to what the tool leaves running.
  const lock = join(tmpdir(), 'tapit-docker-engine.lock')
  const { code, stdout, stderr } = await startProcess('flock', ['-o', lock, tool, 'start'], {
    env: { ...process.env, PATH: path },
  }).ended
  if (code !== 0) return { why: `${tool} start ended with ${code}: ${stderr}` }
  const said = (name: string): string | undefined =>
    new RegExp(`\\b${name}=(?<value>\\S+)`).exec(stdout)?.groups?.['value']
  return {
    path: said('PATH')?.replace(/\$PATH$/, path) ?? path,
    registry: said('REGISTRY') ?? wanted.registry,
    username: said('REGISTRY_USER') ?? wanted.username,
    password: said('REGISTRY_PASSWORD') ?? wanted.password,
  }
}

/** Where the tool has put a client before, it comes first: asked without one, the tool would start a second engine beside the first. */
async function pathWithDocker(): Promise<string> {
  const path = process.env['PATH'] ?? ''
  const { DOCKER_ENGINE_CACHE, XDG_CACHE_HOME } = process.env
  const cache = DOCKER_ENGINE_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'docker-engine')
  const bin = join(cache, 'root/usr/bin')
  return (await isFile(join(bin, 'docker'))) ? `${bin}:${path}` : path
}

async function answers({ path, registry }: Found): Promise<boolean> {
  try {
    const info = await startProcess('docker', ['info'], { env: { PATH: path, HOME: homedir() } }).ended
    return info.code === 0 && (await fetch(`http://${registry}/v2/`)).status === 401
  } catch {
    return false
  }
}

async function open({ path, registry, username, password }: Found): Promise<DockerEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-engine-'))
  const env = {
    PATH: path,
    HOME: folder,
    DOCKER_CONFIG: await newDockerConfig(folder),
    ...(process.env['DOCKER_HOST'] !== undefined && { DOCKER_HOST: process.env['DOCKER_HOST'] }),
  }
  return {
    env,
    registry,
    username,
    password,
    async docker(...argv) {
      const ended: Ended = await startProcess('docker', argv, { env }).ended
      if (ended.code !== 0) throw new Error(`docker ${argv.join(' ')}: ${ended.stderr}`)
      return ended.stdout
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Without logins, but with the plugins of whoever runs the tests. */
export async function newDockerConfig(folder: string): Promise<string> {
  const config = join(folder, 'docker')
  await mkdir(config)
  await writeFile(join(config, 'config.json'), '{}')
  const plugins = join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'cli-plugins')
  await symlink(plugins, join(config, 'cli-plugins'))
  return config
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
