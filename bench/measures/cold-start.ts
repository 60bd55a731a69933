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
    const started: number[] = []
    const cold: number[] = []
    const warm: number[] = []
    for (let index = 0; index < runs; index++) {
      // A sandbox that never ran, each time.
      started.push(await inNewHome(timed => timed('sandbox', 'start')))
      await inNewHome(async timed => {
        cold.push(await timed('--sandbox', 'status'))
        warm.push(await timed('--sandbox', 'status'))
      })
    }
    return [
      {
        name: 'tapit sandbox start, from nothing',
        unit: 's',
        values: started,
        limit: { median: 0.4 },
        atLeast: 5,
      },
      { name: '  tapit --sandbox status, from nothing', unit: 's', values: cold },
      { name: '  tapit --sandbox status, once it runs', unit: 's', values: warm },
    ]
  },
}

type Timed = (...argv: readonly string[]) => Promise<number>

let homes = 0

async function inNewHome<Result>(work: (timed: Timed) => Promise<Result>): Promise<Result> {
  homes += 1
  const env = {
    PATH: process.env['PATH'],
    HOME: scratch,
    TAPIT_SANDBOX_HOME: join(scratch, `sandbox-${homes}`),
  }
  const timed: Timed = async (...argv) =>
    expectCode(0, await runProcess(process.execPath, [tapit, ...argv], { env })).milliseconds / 1000
  try {
    return await work(timed)
  } finally {
    await timed('sandbox', 'stop')
  }
}
