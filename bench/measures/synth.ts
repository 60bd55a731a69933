import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { scratch } from '../programs.ts'
import { runProcess } from '../run-process.ts'

const pairs = 7
const stacks = ['tapit-foundation', 'shop-staging', 'shop'] as const

const root = fileURLToPath(new URL('../..', import.meta.url))
const inRoot = (path: string): string => join(root, path)
const apps = {
  ours: fileURLToPath(import.meta.resolve('../../cdk/app.ts')),
  'by-hand': fileURLToPath(import.meta.resolve('../by-hand/shop.ts')),
} as const

/** What tapit's constructs and its reading of tapit.yml cost, against the same resources written by hand with CDK's own L2s. */
export const synth: Measure = {
  name: 'synth',
  async run(): Promise<readonly Figure[]> {
    const ours: number[] = []
    const theirs: number[] = []
    // In turns, so that both see the same machine; the first round only warms it up.
    for (let round = 0; round <= pairs; round++) {
      ours.push(await cdkSynth('ours'))
      theirs.push(await cdkSynth('by-hand'))
      if (round === 0) refuseUnequal()
    }
    return [
      {
        name: 'cdk synth of examples/shop / by hand',
        unit: 'times',
        values: ratios(ours, theirs),
        limit: { median: 1.3 },
        atLeast: 5,
        note: `${total('ours')} resources each`,
      },
      { name: '  cdk synth of examples/shop', unit: 's', values: ours.slice(1) },
      { name: '  cdk synth of the same by hand', unit: 's', values: theirs.slice(1) },
    ]
  },
}

type Side = keyof typeof apps

const folder = (side: Side): string => join(scratch, `synth-${side}`)

/** The app as cdk.json would name it, with nothing between it and Node but tsx, for both. */
async function cdkSynth(side: Side): Promise<number> {
  // cdk takes quotes at both ends for its own.
  const command = `node --import "${inRoot('node_modules/tsx/dist/esm/index.mjs')}" "${apps[side]}"`
  const argv = ['synth', '--quiet', '--no-notices', '--app', command, '--output', folder(side)]
  return timed([inRoot('node_modules/aws-cdk/bin/cdk'), ...argv])
}

async function timed(args: readonly string[]): Promise<number> {
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  const env = { PATH: path, HOME: scratch, CDK_DISABLE_CLI_TELEMETRY: 'true' }
  const ended = await runProcess(process.execPath, args, { env, cwd: inRoot('examples/shop') })
  return expectCode(0, ended).milliseconds / 1000
}

function ratios(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  return ours.map((each, index) => each / (theirs[index] ?? Number.NaN)).slice(1)
}

/** The comparison is worth nothing if the one makes less than the other: as many resources of each type, in each stack. */
function refuseUnequal(): void {
  for (const stack of stacks) {
    const [ours, theirs] = [countsOf('ours', stack), countsOf('by-hand', stack)]
    if (!isDeepStrictEqual(ours, theirs)) {
      throw new Error(
        `bench/by-hand/shop.ts has other resources in ${stack}: ${JSON.stringify(theirs)}, not ${JSON.stringify(ours)}`,
      )
    }
  }
}

function total(side: Side): number {
  return stacks.flatMap(stack => Object.values(countsOf(side, stack))).reduce((sum, count) => sum + count, 0)
}

function countsOf(side: Side, stack: string): Readonly<Record<string, number>> {
  const text = readFileSync(join(folder(side), `${stack}.template.json`), 'utf8')
  const { Resources } = JSON.parse(text) as { readonly Resources: Record<string, { readonly Type: string }> }
  const counts: Record<string, number> = {}
  const types = Object.values(Resources)
    .map(({ Type }) => Type)
    .filter(type => type !== 'AWS::CDK::Metadata')
  for (const type of types) counts[type] = (counts[type] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).toSorted(([one], [other]) => one.localeCompare(other)))
}
