import { beforeEach, describe, expect, it } from 'vitest'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { judge } from '../../../lib/deployment/judge.ts'
import { deployment, revision, t0, webDeployment } from '../../deployment/builders.ts'
import { type FakeAws, fakeAws, service, serviceDeployment, task, td } from './fake-aws.ts'

let aws: FakeAws
beforeEach(() => {
  aws = fakeAws()
})

/** So many web processes none of whose targets ever turns healthy. */
function sickProcesses(count: number): readonly Deployment[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `web-${index}`
    const number = 100 + index
    const ip = `10.0.0.${index}`
    aws.services.push(service(name, { loadBalancers: [{ targetGroup: name }] }))
    aws.deployments.push(serviceDeployment(name, number, { service: name }))
    aws.running.push(task(name, { group: `service:${name}`, taskDefinition: td(number), ip }))
    aws.targets.set(name, [{ id: ip, state: 'unhealthy' }])
    return webDeployment({
      id: name,
      process: name,
      service: name,
      state: { is: 'starting', ecs: { taskDefinition: td(number), serviceDeployment: name, createdAt: t0 } },
    })
  })
}

/** By process, the second in which it is judged. */
async function judgedWithin(
  seconds: number,
  deployments: readonly Deployment[],
): Promise<Map<string, number>> {
  const judged = new Map<string, number>()
  while (aws.clock.now() < t0 + seconds * 1_000 && judged.size < deployments.length) {
    const open = deployments.filter(({ id }) => !judged.has(id))
    const seen = await aws.observer.look(open)
    for (const each of open) {
      const look = seen.get(each.id)
      if (look && judge(each, look)) judged.set(each.id, (aws.clock.now() - t0) / 1_000)
    }
    aws.clock.pass(aws.observer.pause())
  }
  return judged
}

function counts(method: string): ReadonlyMap<string, number> {
  const byWhat = new Map<string, number>()
  for (const call of aws.calls) {
    const [what = ''] = call.about
    if (call.method === method) byWhat.set(what, (byWhat.get(what) ?? 0) + 1)
  }
  return byWhat
}

describe('the read allowance', () => {
  it.each([5, 60, 100])('lets the targets of %i processes be judged soon after their time', async count => {
    const judged = await judgedWithin(600, sickProcesses(count))

    expect(judged.size).toBe(count)
    expect(Math.max(...judged.values())).toBeLessThan(120)
  })

  it('lets all have their turn: the oldest answer comes first', async () => {
    const deployments = sickProcesses(10).map(each => ({
      ...each,
      health: { ...each.health, readinessLimit: 3_600_000 },
    }))
    await judgedWithin(300, deployments)

    const asked = [...counts('health').values()]
    expect(asked).toHaveLength(10)
    expect(Math.max(...asked) - Math.min(...asked)).toBeLessThanOrEqual(1)
  })

  it.each([1, 10])('is a call a second for %i processes', async count => {
    const deployments = sickProcesses(count).map(each => ({
      ...each,
      health: { ...each.health, readinessLimit: 3_600_000 },
    }))
    await judgedWithin(300, deployments)

    expect(aws.calls.length).toBeLessThanOrEqual(304)
  })

  it('is not used up by the tasks of a large cluster', async () => {
    const deployments = sickProcesses(3).map(each => ({
      ...each,
      health: { ...each.health, containerHealthCheck: true, readinessLimit: 3_600_000 },
    }))
    for (let index = 0; index < 900; index += 1) aws.running.push(task(`x${index}`, { group: 'service:x' }))
    await judgedWithin(300, deployments)

    // At least once a minute each.
    expect(Math.min(...counts('health').values())).toBeGreaterThanOrEqual(5)
  })
})

describe('a cluster of more tasks than one list holds', () => {
  beforeEach(() => {
    for (let index = 0; index < 1_200; index += 1)
      aws.running.push(task(`x${index}`, { group: 'service:x', taskDefinition: td(1) }))
  })

  it.each([1, 3])('shows the tasks of %i processes all the same', async count => {
    const deployments = sickProcesses(count)
    for (let looks = 0; looks < 60; looks += 1) {
      await aws.observer.look(deployments)
      aws.clock.pass(2_000)
    }
    const seen = await aws.observer.look(deployments)

    expect([...seen.values()].map(({ tasks }) => tasks?.map(({ id }) => id))).toEqual(
      deployments.map(({ id }) => [id]),
    )
  })

  it('shows the tasks that prove a rollback', async () => {
    aws.services = [service('worker')]
    aws.deployments = [serviceDeployment('ours', 43, { status: 'ROLLBACK_SUCCESSFUL' })]
    aws.running.push(task('old', { taskDefinition: td(42) }))
    const rollingBack = deployment({
      state: {
        is: 'rolling_back',
        ecs: { taskDefinition: revision, serviceDeployment: 'ours', createdAt: t0 },
        failure: { code: 'container_exited', evidence: [] },
        reached: 'starting_candidate',
      },
    })

    const seen = (await aws.observer.look([rollingBack])).get('dep_1')

    expect(seen?.tasks).toMatchObject([{ id: 'old' }])
  })

  it('shows why tasks stopped, of each process that failed', async () => {
    const deployments = sickProcesses(2)
    aws.deployments = aws.deployments.map(each => ({
      ...each,
      circuitBreaker: { status: 'MONITORING', failureCount: 1, threshold: 3 },
    }))
    for (let index = 0; index < 1_200; index += 1) aws.stopped.push(task(`s${index}`, { group: 'service:x' }))
    for (const { id } of deployments)
      aws.stopped.push(
        task(`stopped-${id}`, { group: `service:${id}`, taskDefinition: td(100 + Number(id.slice(4))) }),
      )

    const seen = await aws.observer.look(deployments)

    expect([...seen.values()].map(({ stopped }) => stopped.map(({ id }) => id))).toEqual([
      ['stopped-web-0'],
      ['stopped-web-1'],
    ])
  })
})
