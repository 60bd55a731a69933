import { join } from 'node:path'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { scratch, tapit } from '../programs.ts'
import { runProcess } from '../run-process.ts'

const runs = 7

/** The first command that anybody types: it starts the sandbox's process, and answers out of it. */
export const coldStart: Measure = {
  name: 'cold-start',
  async run(): Promise<readonly Figure[]> {
    const cold: number[] = []
    const warm: number[] = []
    for (let index = 0; index < runs; index++) {
      const env = {
        PATH: process.env['PATH'],
        HOME: scratch,
        TAPIT_SANDBOX_HOME: join(scratch, `sandbox-${index}`),
      }
      const timed = async (...argv: readonly string[]): Promise<number> =>
        expectCode(0, await runProcess(process.execPath, [tapit, '--sandbox', ...argv], { env })).milliseconds / 1000
      try {
        cold.push(await timed('sandbox', 'start'))
        warm.push(await timed('status'))
      } finally {
        await timed('sandbox', 'stop')
      }
      // A command's own answer, sandbox and all.
    }
    return [
      { name: 'tapit sandbox start, from nothing', unit: 's', values: cold, limit: { median: 0.4 }, atLeast: 5 },
      { name: '  tapit --sandbox status, once it runs', unit: 's', values: warm },
    ]
  },
}
