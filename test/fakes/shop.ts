import { main } from '../../lib/cli/main.ts'
import type { Io } from '../../lib/cli/io.ts'
import { openSandbox, type Sandbox, type SandboxOptions } from '../../lib/sandbox/sandbox.ts'
import { pushImage, type PushImageOptions } from '../../lib/sandbox/push-image.ts'
import { seedShop } from '../../lib/sandbox/seed/shop.ts'
import type { Clock } from '../../lib/names/clock.ts'
import { fastClock } from './fast-clock.ts'

export type Run = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** A running command line: its outcome, and Ctrl-C. */
export type Running = { readonly ended: Promise<Run>; interrupt(): void; stdout(): string; stderr(): string }

/** The example app in a sandbox of its own, and the command line in this process, both on one fast clock. */
export type Shop = {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** Runs a command line to its end: `tapit('create', 'deploy', 'docker_tag=v1.2.3', '--wait')`. */
  tapit(...argv: readonly string[]): Promise<Run>
  /** The same, answering its JSON document; fails where there is none. */
  json(...argv: readonly string[]): Promise<{ readonly code: number; readonly document: any }>
  /** Starts a command line with other variables or a clock of its own, or in the background. */
  start(argv: readonly string[], env?: Readonly<Record<string, string>>, clock?: Clock): Running
  /** At a terminal, where somebody answers. */
  answering(answer: string, ...argv: readonly string[]): Promise<Run>
  /** The same at a terminal whose answers go elsewhere: `echo n | tapit …`. */
  unheard(...argv: readonly string[]): Promise<Run>
  push(image: Pick<PushImageOptions, 'tag' | 'behaviour' | 'processes' | 'log' | 'once'>): Promise<void>
  close(): Promise<void>
}

type ShopOptions = {
  /** @default 20 */
  readonly speed?: number
  /** An account in which nothing is yet, for what CloudFormation makes. @default false */
  readonly isEmpty?: boolean
  /** Where it is. @default - 123456789012, us-east-1 */
  readonly place?: Pick<SandboxOptions, 'account' | 'region'>
  /** That of another shop. @default - a fast one of its own */
  readonly clock?: Clock
}

export async function openShop({
  speed = 20,
  isEmpty = false,
  place = {},
  clock = fastClock(speed),
}: ShopOptions = {}): Promise<Shop> {
  // A clock this fast soon is minutes ahead of the SDK's own, which then asks again after every error.
  process.env['AWS_DISABLE_CLOCK_SKEW_CORRECTION'] = 'true'
  const sandbox = openSandbox({ clock, ...place })
  if (!isEmpty) seedShop(sandbox.world)
  const { url } = await sandbox.listen()
  const { region } = sandbox.world
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: region,
    TAPIT_APP: 'shop',
  }

  function start(
    argv: readonly string[],
    more: Readonly<Record<string, string>> = {},
    own: Clock = clock,
    terminal?: { readonly answer?: string },
  ): Running {
    const written = { stdout: '', stderr: '' }
    const listeners = new Set<() => void>()
    const output = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
      isTTY: terminal !== undefined && name === 'stderr',
      columns: () => undefined,
      rows: () => undefined,
      write: text => {
        written[name] += text
      },
    })
    const io: Io = {
      stdout: output('stdout'),
      stderr: output('stderr'),
      env: { ...env, ...more },
      cwd: '/',
      version: '0.0.0-test',
      clock: own,
      ...(terminal?.answer !== undefined && {
        openDialogue: async () => ({ ask: async () => terminal.answer, close: () => {} }),
      }),
      onInterrupt: listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      leave: () => {},
    }
    return {
      ended: main(argv, io).then(code => ({ code, ...written })),
      interrupt: () => listeners.forEach(listener => listener()),
      stdout: () => written.stdout,
      stderr: () => written.stderr,
    }
  }

  const tapit = async (...argv: readonly string[]): Promise<Run> => start(argv).ended
  if (!isEmpty) await tapit('setup')
  // The audit begins with what the test does.
  Object.assign(sandbox.world.state.logs.groups['/tapit/shop/audit'] ?? {}, { streams: {} })
  return {
    sandbox,
    clock,
    url,
    env,
    tapit,
    start,
    answering: (answer, ...argv) => start(argv, {}, clock, { answer }).ended,
    unheard: (...argv) => start(argv, {}, clock, {}).ended,
    json: async (...argv) => {
      const { code, stdout } = await tapit(...argv, '-o', 'json')
      return { code, document: JSON.parse(stdout) }
    },
    push: async image => {
      await pushImage({ url, region, repository: 'shop', ...image })
    },
    close: () => sandbox.close(),
  }
}
