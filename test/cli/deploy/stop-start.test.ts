import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serviceHandlers } from '../../../lib/sandbox/ecs/handlers/service-handlers.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { deployOne, runningTags } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  for (const tag of ['one', 'two']) await shop.push({ tag })
})
afterEach(() => shop.close())

describe('a stop', { timeout: 60_000 }, () => {
  it('leaves no task, and its deployment is deleted and not active any more', async () => {
    const id = await deployed('one')

    const { code, document } = await shop.json('stop', 'process=worker', 'reason=over night', '--wait')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([{ id, status: 'deleted', isActive: false }])
    expect(document.deployments[0]).not.toHaveProperty('promotionStage')
    expect(await shown(id)).toMatchObject({ stopped: { reason: 'over night', count: 1 } })
    const { stdout } = await shop.tapit('show', 'deploy', `id=${id}`)
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /stopped .* by sandbox\/tapit \(over night\), with 1 task\./,
    )
    expect(runningTags(shop, 'worker')).toEqual([])
    expect(await statusOf('worker')).toMatchObject({
      dockerTag: 'one',
      running: 0,
      desired: 0,
      stopped: { by: 'arn:aws:sts::123456789012:assumed-role/sandbox/tapit', reason: 'over night' },
    })
    expect(await statusOf('worker')).not.toHaveProperty('deploymentId')
  })

  it('is neither healthy nor ill, and the time in status is that of the stop', async () => {
    await deployed('one')
    await shop.clock.sleep(300_000)
    await shop.json('stop', 'process=worker', '--wait')

    const { stdout } = await shop.tapit('status')
    const worker = await statusOf('worker')

    expect(worker).not.toHaveProperty('health')
    expect(worker).toMatchObject({ stopped: { at: worker['since'] } })
    expect(stdout).toMatch(/worker +one +stopped +– +0\/0/)
  })

  it('without --wait returns as soon as no task is wanted; the next look sees it through', async () => {
    const id = await deployed('one')

    const { code, document } = await shop.json('stop', 'process=worker')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([{ id, status: 'deleting', isActive: false }])
    expect(desired('worker')).toBe(0)
    await shop.clock.sleep(60_000)
    expect(await shown(id)).toMatchObject({ status: 'deleted' })
  })

  it('takes several processes at once, and says how to start them again', async () => {
    await shop.tapit('create', 'deploy', 'process=worker,scheduler', 'docker_tag=one', '--wait')

    const { code, stdout } = await shop.tapit('stop', 'process=worker,scheduler', '--wait')

    expect(code).toBe(0)
    expect(stdout).toContain('scheduler and worker are stopped (shop).')
    expect(stdout).toContain('start again:  tapit -a shop start process=scheduler,worker')
  })

  it('tells its text in tasks that go, and the audit who and why', async () => {
    const id = await deployed('one')

    const { stderr } = await shop.tapit('stop', 'process=worker', 'reason=over night', '--wait')

    expect(stderr).toMatch(/worker: stopping\n/)
    expect(stderr).toMatch(/worker: stopped, 0\/0 tasks\n/)
    expect(await audited()).toContainEqual(
      expect.objectContaining({ event: 'stop', process: 'worker', deploymentId: id, reason: 'over night' }),
    )
  })
})

describe('a start', { timeout: 60_000 }, () => {
  it('is a deployment of the image that was stopped, with as many tasks as there were', async () => {
    const id = await deployed('one')
    await shop.tapit('scale', 'process=worker', 'count=3')
    await shop.tapit('stop', 'process=worker', '--wait')
    await shop.push({ tag: 'one', log: ['another image by now'] })

    const { code, document } = await shop.json('start', 'process=worker', '--wait')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([
      {
        trigger: 'manual',
        restores: id,
        dockerTag: 'one',
        status: 'finalized',
        isActive: true,
        previous: { id },
      },
    ])
    expect(document.deployments[0].imageDigest).toBe((await shown(id))['imageDigest'])
    expect(desired('worker')).toBe(3)
    expect(await statusOf('worker')).toMatchObject({ promotionStage: 'active', running: 3 })
    expect(await statusOf('worker')).not.toHaveProperty('stopped')
  })

  it('goes ahead while the last tasks are still stopping', async () => {
    const id = await deployed('one')
    await shop.tapit('stop', 'process=worker')

    expect(await statusOf('worker')).toMatchObject({ stopped: {}, desired: 0 })
    expect(await shop.json('cancel', 'deploy', 'process=worker')).toMatchObject({ code: 3 })
    const { code } = await shop.json('start', 'process=worker', '--wait')

    expect(code).toBe(0)
    expect(await shown(id)).toMatchObject({ status: 'deleted' })
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('that fails leaves the process stopped, and can be repeated', async () => {
    await deployed('one')
    await shop.tapit('stop', 'process=worker', '--wait')
    await shop.push({ tag: 'bad', behaviour: 'crash' })

    const failed = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=bad', '--wait')
    expect(failed.code).toBe(1)
    expect(desired('worker')).toBe(0)
    expect(await statusOf('worker')).toMatchObject({ stopped: {} })

    expect((await shop.json('start', 'process=worker', '--wait')).code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('is also what a deploy or a rollback does, and says so', async () => {
    await deployed('one')
    await deployed('two')
    await shop.tapit('scale', 'process=worker', 'count=2')
    await shop.tapit('stop', 'process=worker', '--wait')

    const { code, stderr } = await shop.tapit(
      'create',
      'deploy',
      'process=worker',
      'docker_tag=one',
      '--wait',
    )

    expect(code).toBe(0)
    expect(stderr).toContain('it was stopped by sandbox/tapit: it starts again, with 2 tasks.')
    expect(desired('worker')).toBe(2)
    await shop.tapit('stop', 'process=worker', '--wait')
    expect((await shop.json('rollback', 'process=worker', '--wait')).code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual(['two'])
    expect(desired('worker')).toBe(2)
  })
})

describe('auto scaling', { timeout: 60_000 }, () => {
  it('rests while the process is stopped, and goes on as it was once a start is live', async () => {
    await deployed('one')
    await scaleBetween(2, 6, { ScheduledScalingSuspended: true })
    await shop.tapit('scale', 'process=worker', 'count=4')

    await shop.tapit('stop', 'process=worker', '--wait')
    expect(await target()).toMatchObject({
      MinCapacity: 0,
      MaxCapacity: 6,
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: true,
        ScheduledScalingSuspended: true,
      },
    })

    expect((await shop.json('start', 'process=worker', '--wait')).code).toBe(0)
    expect(desired('worker')).toBe(4)
    expect(await target()).toMatchObject({
      MinCapacity: 2,
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: true,
      },
    })
  })

  it('is resumed by the next look where nobody waited for the start', async () => {
    await deployed('one')
    await scaleBetween(1, 6)
    await shop.tapit('stop', 'process=worker', '--wait')

    await shop.tapit('start', 'process=worker')
    await shop.clock.sleep(120_000)
    await shop.tapit('status')

    expect(await target()).toMatchObject({
      MinCapacity: 1,
      SuspendedState: { DynamicScalingOutSuspended: false },
    })
  })

  it('keeps a minimum that the infrastructure was given meanwhile', async () => {
    await deployed('one')
    await scaleBetween(1, 6)
    await shop.tapit('stop', 'process=worker', '--wait')
    await scaleBetween(3, 6)

    await shop.tapit('start', 'process=worker', '--wait')

    expect(await target()).toMatchObject({ MinCapacity: 3 })
    expect(desired('worker')).toBe(3)
  })
})

describe('a restart', { timeout: 60_000 }, () => {
  it('is a deployment of the same image and task definition, with a revision of its own', async () => {
    const id = await deployed('one')
    const before = taskDefinition('worker')

    const { code, document } = await shop.json('restart', 'process=worker', 'reason=leaks', '--wait')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([
      { trigger: 'manual', restores: id, dockerTag: 'one', status: 'finalized', reason: 'leaks' },
    ])
    expect(taskDefinition('worker')).not.toBe(before)
    expect(contentsOf(taskDefinition('worker'))).toEqual(contentsOf(before))
    expect(await audited()).toContainEqual(expect.objectContaining({ event: 'restart', reason: 'leaks' }))
  })

  it('is no version: a rollback goes to what was live before that', async () => {
    await deployed('one')
    await deployed('two')
    await shop.json('restart', 'process=worker', '--wait')

    await shop.json('rollback', 'process=worker', '--wait')

    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('says of which deployment it starts the version anew', async () => {
    const id = await deployed('one')
    await shop.tapit('restart', 'process=worker', '--wait')

    const { stdout } = await shop.tapit('show', 'deploy')

    expect(stdout).toContain(`starts ${id} anew`)
  })

  it('says in its text that the same is deployed again', async () => {
    await deployed('one')

    const { stderr } = await shop.tapit('restart', 'process=worker', '--wait')

    expect(stderr).toMatch(/deploying one \(sha256:\w+\) again to worker/)
  })
})

describe('a process whose tasks somebody took away in ECS', { timeout: 60_000 }, () => {
  it('is told in status and by start, with the command that brings a task back', async () => {
    await deployed('one')
    serviceHandlers(shop.sandbox.world).UpdateService({ cluster: 'shop', service: 'worker', desiredCount: 0 })
    await shop.clock.sleep(60_000)

    const status = await shop.tapit('status')
    const { code, document } = await shop.json('start', 'process=worker')
    const [, advised = ''] = /tapit (.* count=1)/.exec(document.error.advice) ?? []
    const scaled = await shop.tapit(...advised.split(' '))

    expect(status.stdout).toContain('no task is wanted: tapit -a shop scale process=worker count=1')
    expect([code, document.error.code]).toEqual([3, 'not_stopped'])
    expect(document.error.message).toContain('was not stopped by tapit: one is active')
    expect(scaled.code).toBe(0)
    expect(desired('worker')).toBe(1)
    expect((await shop.tapit('status')).stdout).not.toContain('no task is wanted')
  })
})

describe('refused before anything changes', { timeout: 60_000 }, () => {
  it.each<[string, readonly string[], string, number]>([
    ['to stop what tapit has not deployed', ['stop', 'process=default'], 'nothing_active', 3],
    ['to restart what tapit has not deployed', ['restart', 'process=default'], 'nothing_active', 3],
    ['to start what was never stopped', ['start', 'process=worker'], 'not_stopped', 3],
    ['to stop no process', ['stop'], 'missing_key', 2],
    ['to stop an empty process', ['stop', 'process='], 'empty_value', 2],
    ['to stop one that there is not', ['stop', 'process=wroker'], 'unknown_process', 3],
    ['to stop one beside what cannot be', ['stop', 'process=worker,default'], 'nothing_active', 3],
  ])('%s', async (_, argv, error, exit) => {
    await deployed('one')

    const { code, document } = await shop.json(...argv)

    expect({ code, error: document.error.code }).toEqual({ code: exit, error })
    expect(desired('worker')).toBe(1)
  })

  it.each<[string, readonly string[]]>([
    ['stop', ['stop', 'process=worker']],
    ['restart', ['restart', 'process=worker']],
    ['scale', ['scale', 'process=worker', 'count=2']],
  ])('to %s what is stopped: it says since when, by whom, and how to start it', async (_, argv) => {
    await deployed('one')
    await shop.tapit('stop', 'process=worker', 'reason=cheaper')

    const { code, document } = await shop.json(...argv)

    expect(code).toBe(3)
    expect(document.error).toMatchObject({
      code: 'stopped_already',
      message: expect.stringMatching(/^worker \(one\) is stopped, since .* by arn:.* \(cheaper\)\.$/),
      advice: 'tapit -a shop start process=worker brings it back.',
    })
    expect(desired('worker')).toBe(0)
  })

  it('to stop what is being deployed, or restart it', async () => {
    await deployOne(shop, 'default', 'one')
    const waiting = ['strategy=blue_green', 'pause_before=switch']
    await shop.tapit('create', 'deploy', 'process=default', 'docker_tag=two', ...waiting)

    const stopped = await shop.json('stop', 'process=default')
    const restarted = await shop.json('restart', 'process=default')

    expect(stopped).toMatchObject({ code: 3, document: { error: { code: 'in_progress' } } })
    expect(restarted).toMatchObject({ code: 3, document: { error: { code: 'in_progress' } } })
    expect(desired('default')).toBe(2)
  })

  it.each(['RegisterScalableTarget', 'DescribeScalableTargets', 'UpdateService'])(
    'to stop it for whoever may not %s',
    async operation => {
      await deployed('one')
      await scaleBetween(1, 6)
      shop.sandbox.faults.add({ operation, effect: 'deny' })

      const { code, document } = await shop.json('stop', 'process=worker')

      expect({ code, error: document.error.code }).toEqual({ code: 3, error: 'access_denied' })
      expect(await statusOf('worker')).toMatchObject({ promotionStage: 'active', desired: 1 })
    },
  )

  it('to restart what somebody has deployed outside tapit', async () => {
    await deployed('one')
    const first = taskDefinition('worker')
    await deployed('two')
    serviceHandlers(shop.sandbox.world).UpdateService({
      cluster: 'shop',
      service: 'worker',
      taskDefinition: first,
    })

    const { code, document } = await shop.json('restart', 'process=worker')

    expect(code).toBe(3)
    expect(document.error.code).toBe('changed_outside')
  })
})

describe('a stop and a deploy at the same time', { timeout: 60_000 }, () => {
  it('end with one of them in effect: the other is refused, or comes after it', async () => {
    await deployed('one')

    const [stopped, deploying] = await Promise.all([
      shop.json('stop', 'process=worker', '--wait'),
      shop.json('create', 'deploy', 'process=worker', 'docker_tag=two', '--wait'),
    ])

    const codes = [stopped.code, deploying.code]
    expect(codes).toContain(0)
    expect(codes.every(code => code === 0 || code === 3)).toBe(true)
    const { promotionStage, isStopped, running } = await now()
    expect(isStopped).toBe(running === 0)
    expect(promotionStage).toBe(isStopped ? undefined : 'active')
  })
})

async function deployed(tag: string): Promise<string> {
  const { code, deployment } = await deployOne(shop, 'worker', tag)
  if (code !== 0) throw new Error(`${tag} is not live: exit ${code}`)
  return deployment.id
}

async function shown(id: string): Promise<Record<string, unknown>> {
  return (await shop.json('show', 'deploy', `id=${id}`)).document.deployments[0]
}

async function statusOf(process: string): Promise<Record<string, unknown>> {
  const { document } = await shop.json('status')
  return document.processes.find((each: { process: string }) => each.process === process)
}

async function now(): Promise<{ promotionStage: unknown; isStopped: boolean; running: unknown }> {
  await shop.clock.sleep(30_000)
  const { promotionStage, stopped, running } = await statusOf('worker')
  return { promotionStage, isStopped: stopped !== undefined, running }
}

async function audited(): Promise<readonly object[]> {
  return (await shop.json('show', 'audit')).document.events
}

function serviceNamed(name: string) {
  const { services } = shop.sandbox.world.state.ecs
  const found = Object.values(services).find(each => each.name === name && each.clusterName === 'shop')
  if (found === undefined) throw new Error(`there is no service ${name}`)
  return found
}

function desired(process: string): number {
  return serviceNamed(process).desiredCount
}

function taskDefinition(process: string): string {
  return serviceNamed(process).settings.taskDefinition
}

function contentsOf(arn: string): unknown {
  const revision = shop.sandbox.world.state.ecs.taskDefinitions[arn]
  return { family: revision?.family, containers: revision?.definition.containerDefinitions }
}

function scaling(): ApplicationAutoScalingClient {
  const { url: endpoint } = shop
  return new ApplicationAutoScalingClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
}

const worker = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const

async function scaleBetween(min: number, max: number, SuspendedState = {}): Promise<void> {
  await scaling().send(
    new RegisterScalableTargetCommand({
      ...worker,
      ResourceId: 'service/shop/worker',
      MinCapacity: min,
      MaxCapacity: max,
      SuspendedState,
    }),
  )
}

async function target(): Promise<unknown> {
  const { ScalableTargets = [] } = await scaling().send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
  )
  return ScalableTargets[0]
}
