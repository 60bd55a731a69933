import { beforeEach, describe, expect, it } from 'vitest'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import type { Observation } from '../../../lib/deployment/observation.ts'
import { judge } from '../../../lib/deployment/judge.ts'
import { deployment, revision, t0, webDeployment } from '../../deployment/builders.ts'
import { type FakeAws, fakeAws, service, serviceDeployment, task } from './fake-aws.ts'

const known = { taskDefinition: revision, serviceDeployment: 'ours', createdAt: t0 }
const web = webDeployment({ state: { is: 'checking', ecs: known } })
const checked = deployment({
  state: { is: 'checking', ecs: known },
  health: { loadBalanced: false, containerHealthCheck: true, readinessLimit: 10_000, stayRunning: 0 },
})

/** By then the allowance has grown: what is due is read in the first look. */
const begun = t0 + 10_000

let aws: FakeAws
beforeEach(async () => {
  aws = fakeAws()
  await aws.observer.look([])
  aws.clock.pass(begun - t0)
  aws.services = [service('worker', { loadBalancers: [{ targetGroup: 'tg' }] })]
  aws.deployments = [serviceDeployment('ours', 43)]
})

async function lookAfter(milliseconds: number, of: Deployment): Promise<Observation> {
  aws.clock.pass(milliseconds)
  const seen = (await aws.observer.look([of])).get(of.id)
  if (seen === undefined) throw new Error('it was not looked at')
  return seen
}

describe("a target's health", () => {
  beforeEach(() => {
    aws.running = [task('a', { ip: '10.0.0.1' })]
    aws.targets.set('tg', [{ id: '10.0.0.1', state: 'unhealthy' }])
  })

  it('counts from when the target was first seen', async () => {
    await lookAfter(0, web)
    const seen = await lookAfter(31_000, web)

    expect(seen.targets).toMatchObject([{ taskId: 'a', since: begun, wasHealthy: false }])
    expect(judge(web, seen)?.code).toBe('target_unhealthy')
  })

  it('is remembered to have been good', async () => {
    aws.deployments = [serviceDeployment('ours', 43, { target: { requested: 2, running: 2, pending: 0 } })]
    aws.targets.set('tg', [{ id: '10.0.0.1', state: 'healthy' }])
    await lookAfter(0, web)
    aws.targets.set('tg', [{ id: '10.0.0.1', state: 'unhealthy' }])
    const seen = await lookAfter(60_000, web)

    expect(seen.targets).toMatchObject([{ state: 'unhealthy', wasHealthy: true }])
    expect(judge(web, seen)).toBeUndefined()
  })

  it('starts anew for another task at the same address', async () => {
    await lookAfter(0, web)
    aws.running = [task('b', { ip: '10.0.0.1' })]
    const seen = await lookAfter(31_000, web)

    expect(seen.targets).toMatchObject([{ taskId: 'b', since: begun + 31_000 }])
    expect(judge(web, seen)).toBeUndefined()
  })

  it('goes with its task', async () => {
    await lookAfter(0, web)
    aws.running = [task('b')]
    const seen = await lookAfter(31_000, web)

    expect(seen.targets).toEqual([])
    expect(judge(web, seen)).toBeUndefined()
  })

  it('is asked of every target group, and told by task', async () => {
    aws.services = [
      service('worker', { loadBalancers: [{ targetGroup: 'tg' }, { targetGroup: 'tg-internal' }] }),
    ]
    aws.targets.set('tg-internal', [{ id: '10.0.0.1', state: 'healthy' }])

    const { targets } = await lookAfter(0, web)

    expect(targets).toMatchObject([
      { taskId: 'a', state: 'unhealthy', wasHealthy: false },
      { taskId: 'a', state: 'healthy', wasHealthy: true },
    ])
  })

  it.each<[string, Deployment]>([
    ['was judged', { ...web, judged: { code: 'target_unhealthy', evidence: [] } }],
    ['has ended', { ...web, state: { is: 'live', ecs: known } }],
  ])('is not asked for once its deployment %s', async (_what, of) => {
    await lookAfter(0, of)
    await lookAfter(31_000, of)

    expect(aws.calls.map(({ method }) => method)).not.toContain('health')
  })
})

describe("a container's health", () => {
  it.each([90_000, -90_000])('counts by our clock where AWS is %i ms off', async skew => {
    aws.running = [task('a', { healthStatus: 'UNKNOWN', startedAt: begun - skew })]
    const first = await lookAfter(0, checked)
    const inTime = await lookAfter(10_000, checked)
    const late = await lookAfter(5_000, checked)

    expect(first.tasks).toMatchObject([{ since: begun }])
    expect(judge(checked, inTime)).toBeUndefined()
    expect(judge(checked, late)?.code).toBe('readiness_timeout')
  })

  it('begins when the task runs', async () => {
    aws.running = [task('a', { lastStatus: 'PENDING' })]
    const pending = await lookAfter(0, checked)
    aws.running = [task('a', { healthStatus: 'UNKNOWN' })]
    const running = await lookAfter(60_000, checked)

    expect(pending.tasks?.[0]).not.toHaveProperty('since')
    expect(running.tasks).toMatchObject([{ since: begun + 60_000 }])
  })
})
