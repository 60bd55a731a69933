import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Interruption, interruptTask } from '../../../lib/sandbox/ecs/interrupt-task.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import {
  type DeployDocument,
  deployOne,
  only,
  outside,
  pace,
  runningTags,
  serviceDeployments,
  show,
  tagService,
  tasksOf,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

const live = { status: 'finalized', promotionStage: 'active', health: 'healthy', isActive: true }

describe('what goes live although it does not look like it', () => {
  it('a service that wants no tasks, which is said beforehand', async () => {
    outside(shop).UpdateService({ cluster: 'shop', service: 'worker', desiredCount: 0 })
    await until(shop, () => runningTags(shop, 'worker').length === 0)

    const { ended } = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
      '-o',
      'json',
    ])
    const { code, stdout, stderr } = await ended

    expect(code).toBe(0)
    expect(only(JSON.parse(stdout))).toMatchObject(live)
    expect(stderr).toMatch(/worker.*no tasks|0 tasks/i)
    expect(
      outside(shop).DescribeServices({ cluster: 'shop', services: ['worker'] }).services?.[0]?.desiredCount,
    ).toBe(0)
  })

  it('the image that runs already, on a new revision: a restart', async () => {
    const [old] = tasksOf(shop, 'worker')

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.2')

    expect(code).toBe(0)
    expect(deployment).toMatchObject(live)
    expect(old?.desiredStatus).toBe('STOPPED')
    expect(deployment.ecs.taskDefinition).not.toBe(old?.taskDefinition)
  })

  it.each(['default', 'worker'])('an image that is slow: %s is waited for', async process => {
    await shop.push({ tag: 'slow', behaviour: 'slow' })

    const { code, deployment } = await deployOne(shop, process, 'slow')

    expect(code).toBe(0)
    expect(deployment).toMatchObject(live)
    expect(serviceDeployments(shop, process)[0]?.status).toBe('SUCCESSFUL')
  })

  it.each(['default', 'worker'])(
    'an image whose first task crashes and the next does not: %s',
    async process => {
      await shop.push({ tag: 'flaky', behaviour: 'flaky' })

      const { code, deployment } = await deployOne(shop, process, 'flaky')

      expect(code).toBe(0)
      expect(deployment).toMatchObject(live)
    },
  )

  it.each<Interruption>(['SpotInterruption', 'TerminationNotice', 'InfrastructureHealth'])(
    'new tasks that AWS takes away (%s), however often',
    async stopCode => {
      await shop.push({ tag: 'slow', behaviour: 'slow' })
      const running = shop.start([
        'create',
        'deploy',
        'process=worker',
        'docker_tag=slow',
        '--wait',
        '-o',
        'json',
      ])
      for (const nth of [1, 2, 3]) {
        const ours = () =>
          tasksOf(shop, 'worker').filter(
            ({ revisionArn, lastStatus, desiredStatus }) =>
              revisionArn === serviceDeployments(shop, 'worker')[0]?.targetRevision &&
              desiredStatus === 'RUNNING' &&
              lastStatus !== 'PROVISIONING',
          )
        await until(shop, () => serviceDeployments(shop, 'worker').length === 2 && ours().length > 0)
        interruptTask(shop.sandbox.world, { taskArn: ours()[0]?.arn ?? `none, the ${nth}. time`, stopCode })
      }

      const { code, stdout } = await running.ended

      expect(code).toBe(0)
      expect(only(JSON.parse(stdout))).toMatchObject(live)
      expect(shop.sandbox.faults.count('StopServiceDeployment')).toBe(0)
    },
  )

  it('a deploy during which the service is scaled in', async () => {
    outside(shop).UpdateService({ cluster: 'shop', service: 'worker', desiredCount: 4 })
    await until(
      shop,
      () => tasksOf(shop, 'worker').filter(({ lastStatus }) => lastStatus === 'RUNNING').length === 4,
    )
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    const running = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=slow',
      '--wait',
      '-o',
      'json',
    ])
    await until(
      shop,
      () =>
        serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS' && tasksOf(shop, 'worker').length > 6,
    )
    outside(shop).UpdateService({ cluster: 'shop', service: 'worker', desiredCount: 1 })

    const { code, stdout } = await running.ended

    expect(code).toBe(0)
    expect(only(JSON.parse(stdout))).toMatchObject(live)
    expect(runningTags(shop, 'worker')).toEqual(['slow'])
  })

  it('a desired count that autoscaling has changed is not changed back', async () => {
    outside(shop).UpdateService({ cluster: 'shop', service: 'worker', desiredCount: 3 })

    await deployOne(shop, 'worker', 'v1.2.3')

    const [update] = shop.sandbox.faults.journal.filter(({ operation }) => operation === 'UpdateService')
    expect(update?.input).not.toHaveProperty('desiredCount')
    expect(update?.input).not.toHaveProperty('forceNewDeployment')
    expect(
      outside(shop).DescribeServices({ cluster: 'shop', services: ['worker'] }).services?.[0]?.desiredCount,
    ).toBe(3)
  })
})

describe('a worker that crashes after ECS has called it successful', () => {
  it('is brought back in a second ECS deployment, and both steps are told', async () => {
    pace(shop, { schedulerRound: 300 })
    await shop.push({ tag: 'late', behaviour: 'late-crash', log: ['Error: lost the queue'] })

    const { ended } = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=late',
      '--wait',
      '-o',
      'json',
    ])
    const { code, stdout, stderr } = await ended
    const deployment = only(JSON.parse(stdout))

    expect(code).toBe(1)
    expect(deployment).toMatchObject({
      status: 'rolled_back',
      isActive: false,
      failure: {
        code: 'container_exited',
        evidence: expect.arrayContaining([
          expect.objectContaining({
            exitCode: 1,
            logLines: expect.arrayContaining(['Error: lost the queue']),
          }),
        ]),
      },
    })
    expect(serviceDeployments(shop, 'worker').map(({ status }) => status)).toEqual([
      'SUCCESSFUL',
      'SUCCESSFUL',
      'SUCCESSFUL',
    ])
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.2'])
    expect(stderr).toMatch(/previous revision|deployed again|again/i)
    expect(await show(shop, deployment.id)).toEqual(deployment)
  })

  it('is live without --wait: ECS alone cannot see it, as the docs say', async () => {
    pace(shop, { schedulerRound: 300 })
    await shop.push({ tag: 'late', behaviour: 'late-crash' })
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=late')
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'SUCCESSFUL')
    await shop.clock.sleep(30_000)

    const shown = await show(shop, only(document).id)

    expect(shown.status).toBe('finalized')
  })
})

describe('without --wait', () => {
  it('returns once ECS has been asked; the next command that looks brings the record up to date and moves the pointer', async () => {
    const { code, document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')
    const { id, status, isActive } = only(document)
    expect({ code, status, isActive }).toEqual({ code: 0, status: 'waiting_for_instances', isActive: false })
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'SUCCESSFUL')
    await shop.clock.sleep(20_000)

    expect(await show(shop, id)).toMatchObject(live)

    const { document: app } = await shop.json('status')
    expect(app.processes.find((each: { process: string }) => each.process === 'worker')).toMatchObject({
      dockerTag: 'v1.2.3',
      deploymentId: id,
    })
  })

  it("ECS's circuit breaker rolls a bad image back, and the record says so afterwards, with the reason", async () => {
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.3.0')
    const { id } = only(document)
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'ROLLBACK_SUCCESSFUL')

    expect(await show(shop, id)).toMatchObject({
      status: 'rolled_back',
      failure: {
        code: 'container_exited',
        evidence: [expect.objectContaining({ exitCode: 1 }), expect.anything(), expect.anything()],
      },
    })
  })

  it('two hours later ECS has forgotten the tasks: the record does not make up a reason', async () => {
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.3.0')
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'ROLLBACK_SUCCESSFUL')
    const { world } = shop.sandbox
    for (const task of tasksOf(shop, 'worker'))
      if (task.lastStatus === 'STOPPED') delete world.state.ecs.tasks[task.arn]
    for (const each of serviceDeployments(shop, 'worker'))
      each.finishedAt = (each.finishedAt ?? 0) - 2 * 60 * 60_000

    const shown = await show(shop, only(document).id)

    expect(shown).toMatchObject({ status: 'rolled_back', failure: { code: 'circuit_breaker' } })
  })
})

describe('what a command exits with', () => {
  it('1 when one of three is rolled back: the others stay live, and `list deploys` tells the same', async () => {
    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.3.0', '--wait')

    expect(code).toBe(1)
    expect(statuses(document)).toEqual({
      default: 'finalized',
      scheduler: 'finalized',
      worker: 'rolled_back',
    })
    const { document: list } = await shop.json('list', 'deploys')
    expect(statuses(list)).toEqual(statuses(document))
    expect([
      runningTags(shop, 'default'),
      runningTags(shop, 'scheduler'),
      runningTags(shop, 'worker'),
    ]).toEqual([['v1.3.0'], ['v1.3.0'], ['v1.2.2']])
  })

  it('5 when the time given is over: the deployment goes on', async () => {
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    tagService(shop, 'worker', { 'tapit:stay-running-seconds': '60' })

    const { ended } = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=slow',
      '--wait',
      '--timeout',
      '3s',
      '-o',
      'json',
    ])
    const { code, stdout, stderr } = await ended
    const { id, status } = only(JSON.parse(stdout))

    expect(code).toBe(5)
    expect(['creating', 'waiting_for_instances']).toContain(status)
    expect(stderr).toContain(`show deploy id=${id}`)
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'SUCCESSFUL')
  })

  it('130 after Ctrl-C, saying how to follow and how to cancel; nobody holds the lease any more', async () => {
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    const running = shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=slow',
      '--wait',
      '-o',
      'json',
    ])
    await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS')
    running.interrupt()

    const { code, stdout, stderr } = await running.ended

    expect(code).toBe(130)
    const { id } = only(JSON.parse(stdout))
    expect(stderr).toContain(`show deploy id=${id}`)
    expect(stderr).toContain(`cancel deploy id=${id}`)
    expect(serviceDeployments(shop, 'worker')[0]?.status).toBe('IN_PROGRESS')
    expect((await shop.tapit('cancel', 'deploy', `id=${id}`, '--wait')).code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.2'])
  })
})

function statuses({ deployments }: DeployDocument): Record<string, string> {
  return Object.fromEntries(deployments.map(({ process, status }) => [process, status]))
}

describe('what nobody waited for', () => {
  it('ended when ECS was through with it, not when somebody looked', { timeout: 60_000 }, async () => {
    const { document } = await shop.json('create', 'deploy', 'process=default', 'docker_tag=v1.3.0')
    const { id } = only(document)
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.status === 'SUCCESSFUL')
    const through = serviceDeployments(shop, 'default')[0]?.finishedAt ?? 0
    await shop.clock.sleep(120_000)

    const shown = (await shop.json('show', 'deploy', `id=${id}`)).document

    const [deployment] = shown.deployments
    expect(deployment).toMatchObject({ ...live, finishedAt: iso(through) })
    expect(deployment.durationMs).toBe(through - Date.parse(deployment.createdAt))
    expect(shown.group.finishedAt).toBe(iso(through))
    expect(deployment.steps.at(-1).finishedAt).toBe(iso(through))
  })
})

describe('a service that is deleted under its deployment', { timeout: 60_000 }, () => {
  it.each([0, 60_000])('is what every command tells, %i ms later', async later => {
    const started = await shop.json(...blueGreen)
    const { id } = only(started.document)
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.lifecycleStage === 'BAKE_TIME')
    outside(shop).DeleteService({ cluster: 'shop', service: 'default', force: true })
    await shop.clock.sleep(later)

    const cancelled = await shop.json('cancel', 'deploy', `id=${id}`)
    const went = await shop.json('continue', 'deploy', `id=${id}`)

    expect(await show(shop, id)).toMatchObject(gone)
    for (const { code, document } of [cancelled, went]) {
      expect(code).toBe(3)
      expect(document.error).toMatchObject({
        code: 'nothing_in_progress',
        advice: expect.stringContaining(`show deploy id=${id}`),
      })
    }
  })

  it('fails for whoever follows it', async () => {
    const { ended } = shop.start([...blueGreen, '--wait', '-o', 'json'])
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.lifecycleStage === 'BAKE_TIME')

    outside(shop).DeleteService({ cluster: 'shop', service: 'default', force: true })
    const { code, stdout, stderr } = await ended

    expect(code).toBe(1)
    expect(only(JSON.parse(stdout))).toMatchObject(gone)
    expect(stderr).toContain('service_gone')
    expect(stderr).not.toContain('warning')
  })
})

const gone = {
  status: 'failed',
  failure: {
    code: 'service_gone',
    message: expect.stringContaining('deleted the service default'),
    advice: expect.stringContaining('DeleteService'),
  },
}

const blueGreen = ['create', 'deploy', 'process=default', 'docker_tag=v1.3.0', 'strategy=blue_green']

function iso(at: number): string {
  return new Date(at).toISOString()
}
