import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DockerEngine, dockerEngine } from '../../test/e2e/support/docker-engine.ts'
import { type BenchApp, openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { scratch } from '../programs.ts'
import { type Ended, runProcess } from '../run-process.ts'

const pairs = 7
const processes = ['default', 'scheduler', 'worker'] as const
/** Nothing that was built before is in the engine's cache. */
const nonce = `${process.pid}-${Date.now()}`

/** What `tapit image build` costs over Docker's own `buildx build --push`, and what several images at once save. */
export const imageBuild: Measure = {
  name: 'image-build',
  async run(): Promise<readonly Figure[]> {
    const engine = await dockerEngine()
    if (engine === undefined) return []
    const bench = await openBuilds(engine)
    try {
      return [...(await overBareDocker(bench)), ...(await togetherAndOneByOne(bench))]
    } finally {
      await bench.close()
    }
  },
}

type Builds = {
  readonly folder: string
  write(files: Readonly<Record<string, string>>): void
  tapit(...argv: readonly string[]): Promise<Ended>
  docker(...argv: readonly string[]): Promise<Ended>
  /** Where images are pushed to. */
  readonly host: string
  close(): Promise<void>
}

async function openBuilds(engine: DockerEngine): Promise<Builds> {
  const app = await openBenchApp()
  giveOwnRepositories(app)
  const folder = join(scratch, 'images')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const env = { ...app.env, ...engine.env, HOME: scratch }
  const host = new URL(app.env['AWS_ENDPOINT_URL'] ?? '').host
  return {
    folder,
    host,
    write: files => {
      for (const [path, text] of Object.entries(files)) {
        const place = join(folder, path)
        mkdirSync(dirname(place), { recursive: true })
        writeFileSync(place, text)
        if (!path.endsWith('Dockerfile')) continue
        copyFileSync('/bin/busybox', join(dirname(place), 'busybox'))
        chmodSync(join(dirname(place), 'busybox'), 0o755)
      }
    },
    tapit: async (...argv) => expectCode(0, await app.tapit(argv, { env, cwd: folder })),
    docker: async (...argv) => expectCode(0, await runProcess('docker', argv, { env, cwd: folder })),
    close: async () => {
      await app.close()
      await engine.close()
    },
  }
}

/** As CDK gives them to processes with a `path`. */
function giveOwnRepositories({ world }: BenchApp): void {
  const [model] = Object.values(world.state.ecr.repositories)
  if (model === undefined) throw new Error('the shop has no repository any more')
  for (const service of Object.values(world.state.ecs.services)) {
    const name = `shop/${service.name}`
    const [uri, arn] = [model.uri, model.arn].map(each => each.replace(/shop$/, name))
    world.state.ecr.repositories[name] = { ...model, name, uri: uri ?? '', arn: arn ?? '', images: [] }
    const others = service.tags.filter(({ key }) => key !== 'tapit:repository')
    service.tags = [...others, { key: 'tapit:repository', value: name }]
  }
}

/** Dependencies that are in the cache, and sources that are compiled for four seconds. */
const dockerfile = (side: string): string =>
  [
    'FROM scratch',
    'COPY busybox /bin/sh',
    'COPY busybox /bin/sleep',
    `RUN ["/bin/sh", "-c", "echo dependencies of ${side} ${nonce}; sleep 1"]`,
    'COPY src /src',
    `RUN ["/bin/sh", "-c", "echo compiling ${side} ${nonce}; sleep 4"]`,
    'USER 1000:1000',
    '',
  ].join('\n')

async function overBareDocker({ folder, write, tapit, docker, host }: Builds): Promise<readonly Figure[]> {
  write({
    'tapit.yml':
      'app: shop\nprocesses:\n  default: { path: ours }\n  scheduler: { path: other }\n  worker: { path: third }\n',
    'ours/Dockerfile': dockerfile('ours'),
    'bare/Dockerfile': dockerfile('bare'),
  })
  const ours = (tag: string): Promise<Ended> =>
    tapit('image', 'build', 'process=default', `docker_tag=${tag}`)
  const bare = (tag: string): Promise<Ended> =>
    docker(
      'buildx',
      'build',
      '--push',
      '--provenance=mode=min',
      '--tag',
      `${host}/shop/default:bare-${tag}`,
      join(folder, 'bare'),
    )
  const changed: Pair[] = []
  const same: Pair[] = []
  // The first round fills the caches of both.
  for (let round = 0; round <= pairs; round++) {
    write({ 'ours/src/main': `${round}`, 'bare/src/main': `${round}` })
    changed.push([await ours(`c${round}`), await bare(`c${round}`)])
    same.push([await ours(`s${round}`), await bare(`s${round}`)])
  }
  return [
    {
      name: 'tapit image build / docker buildx build --push, sources changed',
      unit: 'times',
      values: ratios(changed.slice(1)),
      limit: { median: 1.1 },
      atLeast: 5,
      note: 'dependencies cached, 4 s of compiling',
    },
    {
      name: '  what tapit adds to it',
      unit: 's',
      values: changed.slice(1).map(([one, other]) => (one.milliseconds - other.milliseconds) / 1000),
    },
    {
      name: '  the same with nothing changed',
      unit: 'times',
      values: ratios(same.slice(1)),
      note: 'all of it cached: Docker alone takes well under a second',
    },
  ]
}

type Pair = readonly [Ended, Ended]

function ratios(those: readonly Pair[]): readonly number[] {
  return those.map(([one, other]) => one.milliseconds / other.milliseconds)
}

const rounds = 3

async function togetherAndOneByOne({ write, tapit }: Builds): Promise<readonly Figure[]> {
  const paths = processes.map(each => `  ${each}: { path: ${each} }\n`)
  const values: number[] = []
  for (let round = 0; round < rounds; round++) {
    const files = (how: string): Record<string, string> =>
      Object.fromEntries(processes.map(each => [`${each}/Dockerfile`, waiting(`${each} ${how} ${round}`)]))
    write({ 'tapit.yml': `app: shop\nprocesses:\n${paths.join('')}`, ...files('together') })
    const together = await tapit('image', 'build', `docker_tag=t${round}`)
    write(files('alone'))
    let oneByOne = 0
    for (const each of processes)
      oneByOne += (await tapit('image', 'build', `process=${each}`, `docker_tag=a${round}`)).milliseconds
    values.push(together.milliseconds / oneByOne)
  }
  return [
    {
      name: 'three images at once / one after another',
      unit: 'times',
      values,
      limit: { median: 0.6 },
      atLeast: rounds,
      note: 'each waits for 3 s',
    },
  ]
}

function waiting(what: string): string {
  return `FROM scratch\nCOPY busybox /bin/sh\nCOPY busybox /bin/sleep\nRUN ["/bin/sh", "-c", "echo ${what} ${nonce}; sleep 3"]\n`
}
