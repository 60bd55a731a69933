import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { vi } from 'vitest'
import { type Account, type AccountOptions, openAccount } from './account.ts'
import { newRepository } from '../../../lib/sandbox/ecr/new-repository.ts'
import { type Ended, type Running, startProcess, startTapit, type Variables } from './cli.ts'
import type { DockerEngine } from './docker-engine.ts'

/** The example app in the sandbox, a folder that it is built from, and a real engine that builds it. */
export type ImageShop = {
  readonly account: Account
  /** Where `docker push` goes: the sandbox's registry. */
  readonly host: string
  /** The folder that is built; a Git repository with one commit once `commit` was called. */
  readonly folder: string
  readonly env: Variables
  write(files: Readonly<Record<string, string>>): Promise<void>
  commit(): Promise<string>
  start(...argv: readonly string[]): Running
  tapit(...argv: readonly string[]): Promise<Ended>
  json(...argv: readonly string[]): Promise<Ended & { readonly document: any }>
  /** Gives a process a repository of its own, as CDK does where tapit.yml says `path`. */
  ownRepository(process: string): void
  close(): Promise<void>
}

/** There is no registry to pull a base image from. */
export const shell: string = 'FROM scratch\nCOPY busybox /bin/sh\nCOPY busybox /bin/busybox\n'

/** Nothing that was built before is in the cache of an engine that others use as well. */
export const nonce: string = `${process.pid}-${Date.now()}`

export type ImageShopOptions = {
  /** @default - as `openAccount` makes it */
  readonly account?: AccountOptions
  /** What is set besides: another endpoint for one service. @default - nothing */
  readonly env?: Variables
}

export async function openImageShop(
  engine: DockerEngine,
  { account: options, env: more }: ImageShopOptions = {},
): Promise<ImageShop> {
  const account = await openAccount(options)
  const home = await mkdtemp(join(tmpdir(), 'tapit-images-'))
  const folder = join(home, 'shop')
  const temporary = join(home, 'tmp')
  await Promise.all([mkdir(folder), mkdir(temporary)])
  const { TAPIT_APP: _, ...aws } = account.env
  const env = { ...aws, ...engine.env, HOME: home, TMPDIR: temporary, ...more }
  const start: ImageShop['start'] = (...argv) => startTapit(argv, { env, cwd: folder })
  const write: ImageShop['write'] = async files => {
    for (const [path, text] of Object.entries(files)) {
      const place = join(folder, path)
      await mkdir(dirname(place), { recursive: true })
      await writeFile(place, text)
      if (!path.endsWith('Dockerfile')) continue
      await copyFile('/bin/busybox', join(dirname(place), 'busybox'))
      await chmod(join(dirname(place), 'busybox'), 0o755)
    }
  }
  const git = async (...argv: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    const { code, stdout, stderr } = await startProcess('git', [...identity, ...argv], { env, cwd: folder })
      .ended
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }
  return {
    account,
    host: new URL(account.url).host,
    folder,
    env,
    write,
    commit: async () => {
      await git('init', '--quiet', '--initial-branch=main')
      await git('add', '--all')
      await git('commit', '--quiet', '--message', 'one')
      return git('rev-parse', 'HEAD')
    },
    start,
    tapit: (...argv) => start(...argv).ended,
    json: async (...argv) => {
      const ended = await start(...argv, '-o', 'json').ended
      return { ...ended, document: JSON.parse(ended.stdout) }
    },
    ownRepository: process => {
      const { state, account: owner, region } = account.sandbox.world
      const name = `shop/${process}`
      state.ecr.repositories[name] = newRepository({ name, account: owner, region, at: Date.now(), tags: {} })
      const service = Object.values(state.ecs.services).find(each => each.name === process)
      if (service === undefined) throw new Error(`no service ${process}`)
      const others = service.tags.filter(({ key }) => key !== 'tapit:repository')
      service.tags = [...others, { key: 'tapit:repository', value: name }]
    },
    close: async () => {
      await forgetImages(engine, new URL(account.url).host)
      await account.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** The engine keeps what it pushed to a registry. */
export async function forgetImages({ docker }: DockerEngine, host: string): Promise<void> {
  // Whoever removes an image at the same moment makes the engine refuse the whole list.
  const list = () => docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')
  const listed = await vi.waitFor(list, { timeout: 30_000, interval: 100 })
  const own = listed.split('\n').filter(each => each.startsWith(`${host}/`) && !each.endsWith('<none>'))
  if (own.length > 0) await docker('image', 'rm', '--force', ...own)
}
