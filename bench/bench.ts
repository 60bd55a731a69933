import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { isWithinLimit } from './is-within-limit.ts'
import type { Measure } from './figure.ts'
import { coldStart } from './measures/cold-start.ts'
import { endDelay } from './measures/end-delay.ts'
import { firstFailure } from './measures/first-failure.ts'
import { following } from './measures/following.ts'
import { imageBuild } from './measures/image-build.ts'
import { listImages } from './measures/list-images.ts'
import { manyProcesses } from './measures/many-processes.ts'
import { startUp } from './measures/start-up.ts'
import { strategies } from './measures/strategies.ts'
import { synth } from './measures/synth.ts'
import { median } from './statistics.ts'
import { table } from './table.ts'

/** In this order: what is disturbed most by other work comes first, alone. */
const measures: readonly Measure[] = [
  startUp,
  coldStart,
  synth,
  endDelay,
  firstFailure,
  following,
  strategies,
  manyProcesses,
  listImages,
  imageBuild,
]

/** Runs the measures and prints their figures. Answers 0 if all keep their limits, 1 if one does not, 2 if there is no such measure. */
export async function bench(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { only: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const wanted = measures.filter(({ name }) => values.only === undefined || name === values.only)
  if (wanted.length === 0) {
    console.error(`no measure "${values.only}"; there are ${measures.map(({ name }) => name).join(', ')}`)
    return 2
  }
  const begun = Date.now()
  const figures = []
  for (const { name, run } of wanted) {
    const at = Date.now()
    console.error(`${name} …`)
    figures.push(...(await run()))
    console.error(`${name} took ${Math.round((Date.now() - at) / 1000)} s`)
  }
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${process.platform}`
  const seconds = Math.round((Date.now() - begun) / 1000)
  const keptAll = figures.every(isWithinLimit)
  if (values.json) {
    const listed = figures.map(figure => ({
      ...figure,
      median: median(figure.values),
      max: Math.max(...figure.values),
      ok: isWithinLimit(figure),
    }))
    console.log(
      JSON.stringify(
        { at: new Date(begun).toISOString(), machine, seconds, ok: keptAll, figures: listed },
        undefined,
        2,
      ),
    )
  } else {
    console.log(table(figures))
    console.log(
      `\n${new Date(begun).toISOString()}, ${machine}, ${seconds} s. ${keptAll ? 'Every limit is kept.' : 'A limit is missed: ✗.'}`,
    )
  }
  return keptAll ? 0 : 1
}
