import { timings } from '../../lib/sandbox/timings.ts'
import { type BenchApp, openBenchApp } from '../bench-app.ts'
import { expectCode } from '../expect-code.ts'
import type { Measure } from '../figure.ts'
import { inLanes } from '../in-lanes.ts'
import { phases } from '../phases.ts'
import { serviceDeploymentOf } from '../service-deployment-of.ts'

const samplesOfEach = 4
const lanes = 2

type Cause = { readonly name: string; readonly code: string; arrange(app: BenchApp): Promise<unknown> }

/** Nothing of this gets better by waiting. */
const causes: readonly Cause[] = [
  {
    name: 'wrong architecture',
    code: 'architecture_mismatch',
    arrange: app => app.push({ tag: 'bad', behaviour: 'wrong-arch' }),
  },
  {
    name: 'missing parameter',
    code: 'secrets_unavailable',
    arrange: async app => {
      await app.push({ tag: 'bad' })
      delete app.world.state.ssm.parameters['/shop/database-url']
    },
  },
  {
    name: 'image gone',
    code: 'image_not_found',
    arrange: async app => {
      await app.push({ tag: 'bad' })
      // Gone once the deployment has begun: before that, tapit refuses it.
      void untilUpdated(app).then(() => {
        const { images = [] } = app.world.state.ecr.repositories['shop'] ?? {}
        images.splice(
          images.findIndex(({ tags }) => tags.includes('bad')),
          1,
        )
      })
    },
  },
]

/** From the first failed task that ECS shows to our asking for the rollback. */
export const firstFailure: Measure = {
  name: 'first-failure',
  async run() {
    const delays = new Map<string, number[]>(causes.map(({ name }) => [name, []]))
    const samples = phases(samplesOfEach * causes.length).map((phase, index) => ({
      phase,
      cause: causes[index % causes.length],
    }))
    await inLanes(lanes, samples, async ({ phase, cause }) => {
      if (cause === undefined) return
      delays.get(cause.name)?.push(await delayOf(cause, phase))
    })
    return causes.map(({ name }) => ({
      name: `first failed task → rollback asked for: ${name}`,
      unit: 's' as const,
      values: delays.get(name) ?? [],
      limit: { median: 2 },
      atLeast: samplesOfEach,
    }))
  },
}

async function delayOf({ arrange, code, name }: Cause, phase: number): Promise<number> {
  const app = await openBenchApp({ timings: { provision: timings.short.provision + phase } })
  try {
    await arrange(app)
    const { stdout } = expectCode(
      1,
      await app.tapit(['create', 'deploy', 'process=worker', 'docker_tag=bad', '--wait', '-o', 'json']),
    )
    if (!stdout.includes(`"code": "${code}"`)) throw new Error(`${name} was not told as ${code}:\n${stdout}`)
    const asked = app.faults.journal.find(({ operation }) => operation === 'StopServiceDeployment')
    if (asked === undefined) throw new Error(`nobody asked ECS to roll back: ${name}`)
    return (asked.at - firstFailureIn(app)) / 1000
  } finally {
    await app.close()
  }
}

/** When ECS first showed a task of the new revision as stopped. */
function firstFailureIn({ world }: BenchApp): number {
  const { targetRevision } = serviceDeploymentOf(world, 'worker')
  const times = Object.values(world.state.ecs.tasks).flatMap(({ revisionArn, executionStoppedAt }) =>
    revisionArn === targetRevision ? (executionStoppedAt ?? []) : [],
  )
  return Math.min(...times)
}

async function untilUpdated({ faults }: BenchApp): Promise<void> {
  while (faults.count('UpdateService') === 0) await new Promise(resolve => setTimeout(resolve, 20))
}
