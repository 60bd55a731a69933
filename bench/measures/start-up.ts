import { type BenchApp, openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { instant } from '../instant.ts'
import { aws, tapit } from '../programs.ts'
import { runProcess } from '../run-process.ts'

const versionPairs = 25
const listPairs = 9

/** What starting costs: against the bare runtime, and against the tool that everybody has. */
export const startUp: Measure = {
  name: 'start-up',
  async run() {
    const app = await openBenchApp({ timings: instant })
    try {
      // Some history to list, and a sandbox that has loaded what it needs.
      expectCode(0, await app.tapit(['create', 'deploy', 'docker_tag=v1.2.3', 'process=default', '--wait']))
      return [...(await version(app)), ...(await listing(app))]
    } finally {
      await app.close()
    }
  },
}

type Program = () => Promise<number>

async function version({ env }: BenchApp): Promise<readonly Figure[]> {
  const timed = async (args: readonly string[]): Promise<number> =>
    expectCode(0, await runProcess(process.execPath, args, { env })).milliseconds
  const { ours, theirs } = await pairs(versionPairs, {
    ours: () => timed([tapit, '--version']),
    theirs: () => timed(['-e', '0']),
  })
  return [
    {
      name: 'tapit --version / node -e 0',
      unit: 'times',
      values: ours.map((each, index) => each / (theirs[index] ?? Number.NaN)),
      limit: { median: 1.3 },
      atLeast: 20,
    },
    { name: '  tapit --version', unit: 's', values: ours.map(seconds) },
    { name: '  node -e 0', unit: 's', values: theirs.map(seconds) },
  ]
}

async function listing(app: BenchApp): Promise<readonly Figure[]> {
  const name = 'tapit list deploys / aws ecs describe-services'
  const limit = { limit: { median: 0.4 }, atLeast: 7 }
  if (aws === undefined) {
    return [{ name, unit: 'times', values: [], ...limit, note: 'not measured: there is no aws CLI' }]
  }
  const theirArgs = [
    'ecs',
    'describe-services',
    '--cluster',
    'shop',
    '--services',
    'default',
    'worker',
    'scheduler',
  ]
  const programs: { ours: Program; theirs: Program } = {
    ours: async () => expectCode(0, await app.tapit(['list', 'deploys'])).milliseconds,
    theirs: async () => expectCode(0, await runProcess(aws ?? '', theirArgs, { env: app.env })).milliseconds,
  }
  const { ours, theirs } = await pairs(listPairs, programs)
  return [
    {
      name,
      unit: 'times',
      values: ours.map((each, index) => each / (theirs[index] ?? Number.NaN)),
      ...limit,
    },
    { name: '  tapit list deploys', unit: 's', values: ours.map(seconds) },
    { name: '  aws ecs describe-services', unit: 's', values: theirs.map(seconds) },
  ]
}

/** One after the other, in turns, so that both see the same machine; the first pair only warms it up. */
async function pairs(
  count: number,
  programs: { readonly ours: Program; readonly theirs: Program },
): Promise<{ readonly ours: readonly number[]; readonly theirs: readonly number[] }> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let index = 0; index <= count; index++) {
    ours.push(await programs.ours())
    theirs.push(await programs.theirs())
  }
  return { ours: ours.slice(1), theirs: theirs.slice(1) }
}

function seconds(milliseconds: number): number {
  return milliseconds / 1000
}
