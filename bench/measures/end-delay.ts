import { timings } from '../../lib/sandbox/timings.ts'
import type { Timings } from '../../lib/sandbox/world.ts'
import { type BenchApp, openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Figure, Measure } from '../figure.ts'
import { inLanes } from '../in-lanes.ts'
import { phases } from '../phases.ts'
import { aws } from '../programs.ts'
import { type Ended, runProcess } from '../run-process.ts'
import { serviceDeploymentOf } from '../service-deployment-of.ts'

const samples = 14
/** `aws ecs wait` polls every 15 s, and takes as long. */
const awsSamples = 3
/** Two deployments wait most of the time; more would stand in each other's way on two cores. */
const lanes = 2
const limit = { median: 0.8, max: 1.5 }

/** From the moment at which ECS is through, by the sandbox's own record and the same clock, to the command's exit. */
export const endDelay: Measure = {
  name: 'end-delay',
  async run() {
    const success = await delays('SUCCESSFUL', () => ({ process: 'default', dockerTag: 'v1.2.3' }))
    const rollback = await delays('ROLLBACK_SUCCESSFUL', index =>
      index % 2 === 0
        ? { process: 'default', dockerTag: 'broken' }
        : { process: 'worker', dockerTag: 'v1.3.0' },
    )
    return [...figures('success', success), ...figures('rollback', rollback)]
  },
}

type Sample = {
  readonly ours: number
  readonly theirs?: { readonly delay: number; readonly code: number | undefined }
}
type Wish = { readonly process: string; readonly dockerTag: string }

function figures(what: string, sampled: readonly Sample[]): readonly Figure[] {
  const theirs = sampled.flatMap(({ theirs }) => theirs ?? [])
  const codes = [...new Set(theirs.map(({ code }) => code))].join(', ')
  const told =
    theirs.length > 0 && what === 'rollback' ? `exits with ${codes} after a rollback` : `exits with ${codes}`
  return [
    {
      name: `end of ${what} → exit of tapit`,
      unit: 's',
      values: sampled.map(({ ours }) => ours),
      limit,
      atLeast: 12,
    },
    ...(theirs.length === 0
      ? []
      : [
          {
            name: `  → exit of aws ecs wait services-stable`,
            unit: 's' as const,
            values: theirs.map(({ delay }) => delay),
            note: told,
          },
        ]),
  ]
}

async function delays(
  end: 'SUCCESSFUL' | 'ROLLBACK_SUCCESSFUL',
  wishOf: (index: number) => Wish,
): Promise<readonly Sample[]> {
  const waits: Promise<unknown>[] = []
  const sampled = await inLanes(lanes, phases(samples), async (phase, index) => {
    const wish = wishOf(index)
    const app = await openBenchApp({ timings: timingsAt(phase, end) })
    await app.push({ tag: 'broken', behaviour: 'crash' })
    const isCompared = index < awsSamples
    const theirs = isCompared ? awsWait(app, wish.process) : undefined
    const argv = ['create', 'deploy', `process=${wish.process}`, `docker_tag=${wish.dockerTag}`, '--wait']
    const ours = expectCode(end === 'SUCCESSFUL' ? 0 : 1, await app.tapit(argv))
    const sample = { ours: delayOf(app, wish.process, end, ours) }
    const closing = (theirs ?? Promise.resolve(undefined)).then(async ended => {
      const compared = ended && {
        theirs: { delay: delayOf(app, wish.process, end, ended), code: ended.code },
      }
      await app.close()
      return { ...sample, ...compared }
    })
    waits.push(closing)
    // Whoever waits with the aws CLI waits on; the lane goes on meanwhile.
    return () => closing
  })
  await Promise.all(waits)
  return Promise.all(sampled.map(async closing => closing()))
}

/** A rollback begins when tapit asks for it, so that only what happens after that changes its phase. */
function timingsAt(phase: number, end: string): Partial<Timings> {
  const { short } = timings
  return end === 'SUCCESSFUL'
    ? { provision: short.provision + phase }
    : { schedulerRound: short.schedulerRound + phase }
}

/** What a script would do instead: ask the aws CLI to wait, as soon as the service is updated. */
async function awsWait(app: BenchApp, process: string): Promise<Ended | undefined> {
  if (aws === undefined) return undefined
  while (app.faults.count('UpdateService') === 0) await new Promise(resolve => setTimeout(resolve, 50))
  const args = ['ecs', 'wait', 'services-stable', '--cluster', 'shop', '--services', process]
  return runProcess(aws, args, { env: app.env })
}

function delayOf({ world }: BenchApp, process: string, end: string, { endedAt }: Ended): number {
  const { status, finishedAt } = serviceDeploymentOf(world, process)
  if (status !== end || finishedAt === undefined)
    throw new Error(`the service deployment of ${process} is ${status}, not ${end}`)
  return (endedAt - finishedAt) / 1000
}
