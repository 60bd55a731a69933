import { awsPorts } from '../../../lib/adapters/aws/aws-ports.ts'
import { deploy } from '../../../lib/actions/deploy/deploy.ts'
import { table } from '../../../lib/cli/commands/table.ts'
import type { Invocation } from '../../../lib/cli/command.ts'
import { openContext } from '../../../lib/cli/context.ts'
import type { Io } from '../../../lib/cli/io.ts'
import { reportDeployment } from '../../../lib/cli/deploys/report-deployment.ts'
import { startWaiting } from '../../../lib/cli/waiting.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { Refusal, exitCodes } from '../../../lib/names/refusal.ts'
import { type FakeBuild, type Script, fakeBuild } from '../../fakes/fake-build.ts'
import type { Run, Running, Shop } from '../../fakes/shop.ts'

export type ImageDeployOptions = {
  readonly scripts?: Readonly<Record<string, Script>>
  readonly processes?: readonly string[]
  /** @default true */
  readonly waits?: boolean
  readonly timeout?: string
  readonly output?: 'text' | 'json'
  readonly leaseSeconds?: number
  readonly supersede?: string
  readonly override?: string
  /** @default - an image that behaves well is pushed to `shop` */
  readonly push?: () => Promise<string>
  readonly refuses?: Error
  readonly isTerminal?: boolean
}

export const dockerTag = 'main-4be1a77c0ffee123'
export const gitHash = '4be1a77c0ffee1234be1a77c0ffee1234be1a77c'
export const source = 'https://github.com/example-org/shop'

/** `tapit image deploy` with a scripted build in place of Docker. */
export function imageDeploy(
  shop: Shop,
  options: ImageDeployOptions = {},
): Running & { readonly build: FakeBuild } {
  const { scripts, processes, waits = true, timeout, output = 'text', leaseSeconds = 60 } = options
  const { clock, env } = shop
  const build = fakeBuild({
    clock,
    dockerTag,
    gitHash,
    source,
    push: options.push ?? (() => pushed(shop)),
    ...(scripts && { scripts }),
    ...(options.refuses && { refuses: options.refuses }),
  })
  const written = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  const stream = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
    isTTY: options.isTerminal === true,
    columns: () => (options.isTerminal === true ? 80 : undefined),
    rows: () => (options.isTerminal === true ? 24 : undefined),
    write: text => {
      written[name] += text
    },
  })
  const io: Io = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env,
    cwd: '/',
    version: '0.0.0-test',
    clock,
    onInterrupt: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    leave: () => {},
  }
  const invocation = invocationOf({ output, timeout })

  async function run(): Promise<Run> {
    const context = await openContext(invocation, io)
    const waiting = startWaiting(invocation, io)
    try {
      const events = deploy(
        {
          app: 'shop',
          trigger: 'manual',
          ...(processes && { processes }),
          ...(options.supersede !== undefined && { supersede: { reason: options.supersede } }),
          ...(options.override !== undefined && { override: options.override }),
        },
        {
          build,
          ports: context.ports,
          observer: context.observer,
          leaseSeconds,
          dryRun: false,
          wait: waits,
          signal: waiting.signal,
        },
      )
      const { exit } = await reportDeployment(events, { invocation, io, context })
      return { code: exitCodes[exit], ...written }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { code: error.exitCode, stdout: written.stdout, stderr: `${written.stderr}${error.message}` }
    } finally {
      waiting.end()
    }
  }

  return {
    build,
    ended: run(),
    interrupt: () => listeners.forEach(listener => listener()),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
  }
}

function invocationOf({
  output,
  timeout,
}: {
  output: 'text' | 'json'
  timeout: string | undefined
}): Invocation {
  const command = table.find(({ words }) => words.join(' ') === 'image deploy')
  if (command === undefined) throw new Error('there is no image deploy')
  const global = { app: 'shop', output, yes: false, verbose: false, debug: false, sandbox: false }
  return { command, global, keys: {}, emptyKeys: [], flags: { timeout }, rest: [] }
}

/** Pushes a good image under the tag of the build. */
export async function pushed(shop: Shop, tag: string = dockerTag): Promise<string> {
  await shop.push({ tag })
  return digestOf(shop, tag)
}

/** Of an image in `shop`. */
export function digestOf(shop: Shop, tag: string): string {
  const images = shop.sandbox.world.state.ecr.repositories['shop']?.images ?? []
  const image = images.find(({ tags }) => tags.includes(tag))
  if (image === undefined) throw new Error(`there is no image ${tag}`)
  return image.digest
}

/** An image in `shop` is gone, whatever runs of it. */
export function forget(shop: Shop, tag: string): void {
  const { images } = shop.sandbox.world.state.ecr.repositories['shop'] ?? { images: [] }
  images.splice(
    images.findIndex(({ tags }) => tags.includes(tag)),
    1,
  )
}

/** The record of a deployment as it is stored. */
export async function recordOf({ env, clock }: Shop, id: string): Promise<Deployment> {
  const stored = await awsPorts({ env, clock }).command.records.deployment('shop', id)
  if (stored === undefined) throw new Error(`there is no record ${id}`)
  return stored.record
}

/** Takes the lease of a process from whoever holds it. */
export async function takeLease(
  { env, clock }: Shop,
  { process, deploymentId }: { readonly process: string; readonly deploymentId: string },
): Promise<void> {
  const { records } = awsPorts({ env, clock }).command
  for (let isTaken = false; !isTaken;) {
    const held = await records.lease('shop', process)
    if (held === undefined) throw new Error(`nobody holds ${process}`)
    const lease = { ...held, deploymentId, holder: 'other', version: held.version + 1 }
    isTaken = (await records.takeLease(lease, held)).taken
  }
}
