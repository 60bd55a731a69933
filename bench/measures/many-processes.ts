import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEntry } from '../../lib/sandbox/faults.ts'
import { openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { isRead } from '../is-read.ts'
import { scratch } from '../programs.ts'
import { realistic } from '../realistic.ts'

const processes = 100
const hook = new URL('../peak-memory.mjs', import.meta.url).href

/** One command over a hundred processes, in an account that throttles as AWS publishes it. */
export const manyProcesses: Measure = {
  name: 'many-processes',
  async run(): Promise<readonly Figure[]> {
    const app = await openBenchApp({ timings: realistic, processes })
    try {
      app.faults.meterRates(true)
      const peak = join(scratch, 'peak')
      // The sandbox's own journal keeps only the newest ones.
      const calls: JournalEntry[] = []
      const record = app.faults.record
      app.faults.record = entry => {
        calls.push(entry)
        return record(entry)
      }
      const argv = ['create', 'deploy', 'docker_tag=v1.2.3', '--wait']
      const env = { ...app.env, TAPIT_BENCH_PEAK: peak }
      const ended = expectCode(0, await app.tapit(argv, { env, node: ['--import', hook] }))
      const updated = calls.filter(({ operation }) => operation === 'UpdateService').length
      if (updated !== processes) throw new Error(`${updated} services were updated instead of ${processes}`)
      const throttled = calls.filter(({ error = '' }) => error.includes('Throttling'))
      const seconds = Math.round(ended.milliseconds / 1000)
      return [
        {
          name: `throttled calls of ${processes} processes`,
          unit: 'calls',
          values: [throttled.length],
          limit: { max: 0 },
          note: `of ${calls.length} in ${seconds} s, ${calls.filter(isRead).length} of them reads`,
        },
        {
          name: `peak memory of create deploy --wait, ${processes} processes`,
          unit: 'MiB',
          values: [Number(readFileSync(peak, 'utf8')) / 1024],
          limit: { max: 150 },
        },
      ]
    } finally {
      await app.close()
    }
  },
}
