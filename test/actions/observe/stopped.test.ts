import { beforeEach, describe, expect, it } from 'vitest'
import { advance } from '../../../lib/deployment/advance.ts'
import type { Observation } from '../../../lib/deployment/observation.ts'
import { judge } from '../../../lib/deployment/judge.ts'
import { deployment, revision, t0 } from '../../deployment/builders.ts'
import { type FakeAws, fakeAws, service, serviceDeployment, task, trouble } from './fake-aws.ts'

const watching = deployment({
  state: {
    is: 'watching',
    ecs: { taskDefinition: revision, serviceDeployment: 'ours', createdAt: t0 },
    until: t0 + 15_000,
  },
})

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
  aws.services = [service('worker')]
  aws.deployments = [serviceDeployment('ours', 43, { status: 'SUCCESSFUL', finishedAt: t0 })]
})

async function look(): Promise<Observation> {
  const seen = (await aws.observer.look([watching])).get(watching.id)
  if (seen === undefined) throw new Error('it was not looked at')
  return seen
}

describe('a process that is watched', () => {
  it('is watched on while its stopped tasks cannot be read, and a crash of the last seconds is seen', async () => {
    aws.troubles.set('taskArns STOPPED', { trouble: trouble('throttled') })
    aws.clock.pass(16_000)
    const throttled = await look()
    aws.troubles.clear()
    aws.stopped = [
      task('a', {
        lastStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        startedAt: t0,
        stoppedAt: t0 + 14_000,
        containers: [{ name: 'worker', exitCode: 1 }],
      }),
    ]
    aws.clock.pass(1_000)
    const read = await look()

    expect(advance(watching, throttled).state.is).toBe('watching')
    expect(judge(watching, read)?.code).toBe('container_exited')
  })

  it('is live at the first look after its time where nothing stopped', async () => {
    aws.clock.pass(14_000)
    const early = await look()
    aws.clock.pass(1_000)
    const late = await look()

    expect(advance(watching, early).state.is).toBe('watching')
    expect(advance(watching, late).state.is).toBe('live')
  })

  it('is live after its time where nobody may read its stopped tasks', async () => {
    aws.troubles.set('taskArns STOPPED', { trouble: trouble('denied') })
    aws.clock.pass(16_000)

    expect(advance(watching, await look()).state.is).toBe('live')
  })
})
