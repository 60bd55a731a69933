import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openDocker } from '../../../lib/adapters/docker/docker.ts'
import { systemClock } from '../../../lib/adapters/system-clock.ts'
import type { BuildEnd, BuildNews, Docker, ImageBuild } from '../../../lib/build/ports.ts'
import type { Clock } from '../../../lib/names/clock.ts'
import type { DockerEngine } from '../support/docker-engine.ts'
import { forgetImages } from '../support/image-shop.ts'
import { type Registry, startRegistry } from '../support/registry.ts'
import type { Variables } from '../support/cli.ts'

/** The adapter at the real engine, with a registry and folders that are gone at the end. */
export type Workbench = {
  readonly registry: Registry
  readonly env: Variables
  /** Docker with the workbench's environment and what is added to it. */
  docker(more?: Variables, clock?: Clock): Docker
  /** A build context with a static `busybox`, and these files. */
  context(files: Readonly<Record<string, string>>): Promise<string>
  build(wanted: WantedBuild): Promise<Built>
  close(): Promise<void>
}

type WantedBuild = Partial<ImageBuild> & {
  readonly context: string
  readonly env?: Variables
  /** @default - the machine's */
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly tell?: (news: BuildNews) => void
}

type Built = { readonly end: BuildEnd; readonly lines: readonly string[]; readonly steps: readonly string[] }

/** Nothing that was built before is in the cache of an engine that others use as well. */
export const nonce: string = `${process.pid}-${Date.now()}`

/** There is no registry to pull a base image from. */
export const shell: string = 'FROM scratch AS shell\nCOPY busybox /bin/sh\nCOPY busybox /bin/busybox\n'

export async function openWorkbench(engine: DockerEngine): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-workbench-'))
  const registry = await startRegistry()
  const env = { ...engine.env, TMPDIR: join(folder, 'tmp') }
  await mkdir(env.TMPDIR)
  const docker: Workbench['docker'] = (more = {}, clock = systemClock) =>
    openDocker({ env: { ...env, ...more }, clock })
  await docker().login({
    registry: registry.host,
    username: registry.username,
    password: registry.password,
  })
  return {
    registry,
    env,
    docker,
    async context(files) {
      const context = await mkdtemp(join(folder, 'context-'))
      await copyFile('/bin/busybox', join(context, 'busybox'))
      await chmod(join(context, 'busybox'), 0o755)
      for (const [path, text] of Object.entries({ nonce, ...files })) {
        await mkdir(dirname(join(context, path)), { recursive: true })
        await writeFile(join(context, path), text)
      }
      return context
    },
    async build({ env: more, clock, signal = new AbortController().signal, tell, ...wanted }) {
      const news: BuildNews[] = []
      const end = await docker(more, clock).build(
        { ...defaults(wanted.context, registry), ...wanted },
        { signal, tell: each => (news.push(each), tell?.(each)) },
      )
      return {
        end,
        lines: news.flatMap(each => (each.is === 'line' ? [each.message] : [])),
        steps: news.flatMap(each => (each.is === 'step' ? [each.step] : [])),
      }
    },
    async close() {
      await forgetImages(engine, registry.host)
      await registry.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function defaults(context: string, { host }: Registry): ImageBuild {
  return {
    context,
    dockerfile: join(context, 'Dockerfile'),
    platforms: [],
    reference: `${host}/shop:v1`,
    labels: {},
    args: {},
    secrets: [],
    contexts: {},
    timeoutMs: 60_000,
  }
}
