import { serviceHandlers } from '../lib/sandbox/ecs/handlers/service-handlers.ts'
import { taskDefinitionHandlers } from '../lib/sandbox/ecs/handlers/task-definition-handlers.ts'
import { advanceWorld } from '../lib/sandbox/ecs/advance-world.ts'
import type { Faults } from '../lib/sandbox/faults.ts'
import { pushImage, type PushImageOptions } from '../lib/sandbox/push-image.ts'
import { openSandbox, type Sandbox, type Snapshot } from '../lib/sandbox/sandbox.ts'
import { seedShop } from '../lib/sandbox/seed/shop.ts'
import { timings as paces } from '../lib/sandbox/timings.ts'
import type { Timings, World } from '../lib/sandbox/world.ts'
import { systemClock } from '../lib/adapters/system-clock.ts'
import { expectCode } from './expect-code.ts'
import { instant } from './instant.ts'
import { scratch, tapit } from './programs.ts'
import { type Ended, runProcess, type RunOptions } from './run-process.ts'

/** An app in a sandbox of its own, in this process and in real time; the command line runs in processes of its own. */
export type BenchApp = {
  readonly world: World
  readonly faults: Faults
  readonly env: Readonly<Record<string, string>>
  tapit(
    argv: readonly string[],
    options?: Partial<RunOptions> & { readonly node?: readonly string[] },
  ): Promise<Ended>
  push(image: Pick<PushImageOptions, 'tag' | 'behaviour' | 'processes'>): Promise<void>
  close(): Promise<void>
}

export type BenchAppOptions = {
  /** @default - the short ones */
  readonly timings?: Partial<Timings>
  /** The shop's own three (a web process and two workers), and workers up to this number. @default 3 */
  readonly processes?: number
}

export async function openBenchApp({ timings, processes = 3 }: BenchAppOptions = {}): Promise<BenchApp> {
  const state = await seeded(processes)
  const sandbox = openSandbox({ clock: systemClock, timings: { ...paces.short, ...timings }, state })
  const { url } = await sandbox.listen()
  const { region } = sandbox.world
  const env = environment(url, region)
  return {
    world: sandbox.world,
    faults: sandbox.faults,
    env,
    tapit: (argv, { node = [], ...options } = {}) =>
      runProcess(process.execPath, [...node, tapit, ...argv], { env, ...options }),
    push: async image => {
      await pushImage({ url, region, repository: 'shop', ...image })
    },
    close: () => sandbox.close(),
  }
}

/** What every program of the bench gets to see, whoever runs it. */
function environment(url: string, region: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: scratch,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: region,
    // The aws CLI knows only this one.
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    TAPIT_APP: 'shop',
  }
}

const seeds = new Map<number, Promise<Snapshot>>()

function seeded(processes: number): Promise<Snapshot> {
  const seed = seeds.get(processes) ?? newSeed(processes)
  seeds.set(processes, seed)
  return seed
}

async function newSeed(processes: number): Promise<Snapshot> {
  const sandbox = openSandbox({ clock: systemClock, timings: instant })
  seedShop(sandbox.world)
  addWorkers(sandbox, processes)
  const { url } = await sandbox.listen()
  const env = environment(url, sandbox.world.region)
  await setUp(env, ['setup'])
  // As an app is that tapit has deployed before.
  await setUp(env, ['create', 'deploy', 'docker_tag=v1.2.2', '--wait'])
  const snapshot = await sandbox.snapshot()
  await sandbox.close()
  return snapshot
}

async function setUp(env: Readonly<Record<string, string>>, argv: readonly string[]): Promise<void> {
  expectCode(0, await runProcess(process.execPath, [tapit, ...argv], { env }))
}

const day = 86_400_000

/** Processes like the scheduler, under other names. */
function addWorkers({ world }: Sandbox, processes: number): void {
  // They have been running for long, as the shop has.
  const past: World = { ...world, clock: { now: () => world.clock.now() - 4 * day } }
  const { DescribeTaskDefinition, RegisterTaskDefinition } = taskDefinitionHandlers(past)
  const { CreateService } = serviceHandlers(past)
  const services = Object.values(world.state.ecs.services)
  const model = services.find(({ name }) => name === 'scheduler')
  if (model === undefined) throw new Error('the shop has no scheduler any more')
  for (let index = services.length; index < processes; index++) {
    const name = `worker-${index + 1}`
    for (const suffix of ['-template', '']) {
      const { taskDefinition = {} } = DescribeTaskDefinition({ taskDefinition: `shop-scheduler${suffix}` })
      const {
        networkMode,
        requiresCompatibilities,
        cpu,
        memory,
        executionRoleArn,
        taskRoleArn,
        runtimePlatform,
      } = taskDefinition
      const settings = {
        networkMode,
        requiresCompatibilities,
        cpu,
        memory,
        executionRoleArn,
        taskRoleArn,
        runtimePlatform,
      }
      const containerDefinitions = (taskDefinition.containerDefinitions ?? []).map(container => ({
        ...container,
        name,
      }))
      RegisterTaskDefinition({ ...settings, family: `shop-${name}${suffix}`, containerDefinitions })
    }
    CreateService({
      cluster: 'shop',
      serviceName: name,
      taskDefinition: `shop-${name}`,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: model.settings.networkConfiguration,
      deploymentConfiguration: model.deploymentConfiguration,
      tags: [
        { key: 'tapit:process', value: name },
        { key: 'tapit:kind', value: 'worker' },
        { key: 'tapit:repository', value: 'shop' },
        { key: 'tapit:container', value: name },
        { key: 'tapit:template', value: `shop-${name}-template` },
        { key: 'tapit:stay-running-seconds', value: '10' },
      ],
    })
  }
  advanceWorld(world)
}
