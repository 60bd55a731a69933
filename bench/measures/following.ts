import type { JournalEntry } from '../../lib/sandbox/faults.ts'
import { openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { isRead } from '../is-read.ts'
import { realistic } from '../realistic.ts'

/** Of each number of processes. They mostly wait, so that all runs go on at once. */
const runs = 2
const counts = [1, 3, 10] as const
/** A deployment shorter than this is dominated by its beginning. */
const shortest = 45

/** What following a deployment of realistic length asks of AWS. */
export const following: Measure = {
  name: 'following',
  async run() {
    const all = await Promise.all(
      counts.map(async processes => Promise.all(Array.from({ length: runs }, async () => follow(processes)))),
    )
    const [one = [], , ten = []] = all
    return [
      ...all.flatMap((followed, index) => figures(counts[index] ?? 0, followed)),
      {
        name: 'read calls of 10 processes / of 1, whole command',
        unit: 'times',
        values: ten.map(({ reads }, index) => reads / (one[index]?.reads ?? Number.NaN)),
        limit: { max: 1.3 },
      },
    ]
  },
}

type Following = { readonly seconds: number; readonly perSecond: number; readonly reads: number }

function figures(processes: number, followed: readonly Following[]): readonly Figure[] {
  const seconds = followed.map(({ seconds }) => Math.round(seconds))
  return [
    {
      name: `reads while following ${processes} ${processes === 1 ? 'process' : 'processes'}`,
      unit: 'per s',
      values: followed.map(({ perSecond }) => perSecond),
      limit: { max: 1 },
      note: `deployments of ${[...new Set(seconds)].join(' and ')} s`,
    },
    { name: '  read calls of the whole command', unit: 'calls', values: followed.map(({ reads }) => reads) },
  ]
}

async function follow(processes: number): Promise<Following> {
  const app = await openBenchApp({ timings: realistic, processes: Math.max(3, processes) })
  try {
    const which = processes === 1 ? ['process=default'] : []
    const before = app.faults.journal.length
    const { endedAt } = expectCode(
      0,
      await app.tapit(['create', 'deploy', 'docker_tag=v1.2.3', ...which, '--wait']),
    )
    const calls = app.faults.journal.slice(before)
    const begun = calls.find(({ operation }) => operation === 'UpdateService')?.at ?? Number.NaN
    const seconds = (endedAt - begun) / 1000
    if (!(seconds >= shortest)) throw new Error(`the deployment took ${seconds} s: too short to tell`)
    const reads = calls.filter(isRead)
    tell(processes, reads)
    return { seconds, perSecond: reads.filter(({ at }) => at >= begun).length / seconds, reads: reads.length }
  } finally {
    await app.close()
  }
}

function tell(processes: number, reads: readonly JournalEntry[]): void {
  const byOperation = new Map<string, number>()
  for (const { operation } of reads) byOperation.set(operation, (byOperation.get(operation) ?? 0) + 1)
  const told = [...byOperation].map(([operation, count]) => `${operation} ${count}`).join(', ')
  console.error(`  ${processes}: ${told}`)
}
