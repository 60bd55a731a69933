import { pushImage, type PushImageOptions } from '../../../lib/sandbox/push-image.ts'
import { openSandbox, type Sandbox, type SandboxOptions } from '../../../lib/sandbox/sandbox.ts'
import { seedRecordsTable } from '../../../lib/sandbox/seed/records-table.ts'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
import type { SandboxClock, Timings } from '../../../lib/sandbox/world.ts'
import { type Ended, type Running, startTapit, type Variables } from './cli.ts'

/** An AWS account in this process, so that a test sees every request and can let each fail; the command line is a process of its own. */
export type Account = {
  readonly sandbox: Sandbox
  readonly url: string
  readonly env: Variables
  start(argv: readonly string[], env?: Variables): Running
  tapit(...argv: readonly string[]): Promise<Ended>
  json(...argv: readonly string[]): Promise<Ended & { readonly document: any }>
  push(image: Pick<PushImageOptions, 'tag' | 'behaviour' | 'processes' | 'log'>): Promise<void>
  close(): Promise<void>
}

export type AccountOptions = {
  /** Left out: an account with nothing in it. */
  readonly isSeeded?: boolean
  /** @default - everything takes a tenth of a second */
  readonly timings?: Timings
  /** Of the sandbox; the command line has the machine's. @default - the machine's */
  readonly clock?: SandboxClock
  /** How long a worker without a health check is watched. @default 1 */
  readonly stayRunningSeconds?: number
  /** Whose it is, and where: for tests in which another AWS stands beside it. @default - as the sandbox is */
  readonly place?: Pick<SandboxOptions, 'account' | 'region'>
}

const quick: Timings = {
  provision: 100,
  pull: 100,
  start: 100,
  healthCheckInterval: 100,
  stop: 100,
  deregistrationDelay: 100,
  schedulerRound: 100,
  minute: 200,
}

/** The example app with its table, unless it is to be empty, as the sandbox's own process has it. */
export async function openAccount({
  isSeeded = true,
  timings = quick,
  clock = { now: () => Date.now() },
  stayRunningSeconds = 1,
  place,
}: AccountOptions = {}): Promise<Account> {
  const sandbox = openSandbox({ clock, timings, ...place })
  const { url } = await sandbox.listen()
  const { region } = sandbox.world
  if (isSeeded) {
    seedShop(sandbox.world)
    await seedRecordsTable({ url, region })
    for (const service of Object.values(sandbox.world.state.ecs.services)) {
      service.tags = service.tags.map(tag =>
        tag.key === 'tapit:stay-running-seconds' ? { ...tag, value: String(stayRunningSeconds) } : tag,
      )
    }
  }
  const env: Variables = {
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    TAPIT_APP: 'shop',
  }
  const start: Account['start'] = (argv, more = {}) => startTapit(argv, { env: { ...env, ...more } })
  return {
    sandbox,
    url,
    env,
    start,
    tapit: (...argv) => start(argv).ended,
    json: async (...argv) => {
      const ended = await start([...argv, '-o', 'json']).ended
      return { ...ended, document: JSON.parse(ended.stdout) }
    },
    push: async image => {
      await pushImage({ url, region, repository: 'shop', ...image })
    },
    close: () => sandbox.close(),
  }
}
