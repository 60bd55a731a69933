import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultEffect } from '../../../lib/sandbox/faults.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import {
  activeRevisions,
  deployOne,
  only,
  runningTags,
  serviceDeployments,
  show,
  tasksOf,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  // Slower than elsewhere: the SDK's own pauses between attempts are real time.
  shop = await openShop({ speed: 10 })
})
afterEach(() => shop.close())

const live = { status: 'finalized', isActive: true }

/** All that happens to a follower once it polls. */
const polls = [
  'DescribeServiceDeployments',
  'DescribeServices',
  'DescribeServiceRevisions',
  'ListServiceDeployments',
  'ListTasks',
  'DescribeTasks',
  'DescribeTargetHealth',
]

describe('trouble that passes never fails a deployment', () => {
  it.each<[string, FaultEffect]>([
    ['throttled', 'throttle'],
    ['answered with 500', { error: 500 }],
    ['answered with 503', { error: 503 }],
    ['carried out, but the answer is lost', 'lose-answer'],
  ])('every kind of poll is %s three times', { timeout: 120_000 }, async (_, effect) => {
    for (const operation of polls)
      shop.sandbox.faults.add({
        operation,
        after: operation === 'DescribeServices' ? 1 : 0,
        when: () => shop.sandbox.faults.count('UpdateService') > 0,
        times: 3,
        effect,
      })

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.3.0', '--wait')

    expect(code).toBe(1)
    expect(document.deployments.map(({ status }: { status: string }) => status)).toEqual([
      'finalized',
      'finalized',
      'rolled_back',
    ])
  })

  it('is told while it lasts', async () => {
    shop.sandbox.faults.add({
      operation: 'DescribeServiceDeployments',
      after: 1,
      times: 3,
      effect: 'throttle',
    })

    const { stderr } = await shop.start(['create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait'])
      .ended

    expect(stderr).toMatch(/slow|throttl|rate/i)
  })

  it.each(
    ['RegisterTaskDefinition', 'UpdateService'].flatMap(operation =>
      (['throttle', { error: 500 }, 'lose-answer'] as const).map((effect): [string, FaultEffect] => [
        operation,
        effect,
      ]),
    ),
  )('%s: %j; the deployment is made once', async (operation, effect) => {
    shop.sandbox.faults.add({ operation, times: 1, effect })

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.3')

    expect({ code, deployment }).toMatchObject({ code: 0, deployment: live })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(2)
    expect(tasksOf(shop, 'worker')).toHaveLength(2)
  })

  it.each<FaultEffect>(['throttle', { error: 500 }, 'lose-answer'])(
    'StopServiceDeployment: %j',
    async effect => {
      shop.sandbox.faults.add({ operation: 'StopServiceDeployment', times: 1, effect })

      const { code, deployment } = await deployOne(shop, 'worker', 'v1.3.0')

      expect({ code, deployment }).toMatchObject({
        code: 1,
        deployment: { status: 'rolled_back', failure: { code: 'container_exited' } },
      })
    },
  )

  it('UpdateService is carried out, but no answer ever comes: the deployment is found by its revision', async () => {
    shop.sandbox.faults.add({ operation: 'UpdateService', effect: 'lose-answer' })

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.3')

    expect({ code, deployment }).toMatchObject({ code: 0, deployment: live })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(2)
  })

  it.each<[string, FaultEffect]>([
    ['loses the answer of', 'lose-answer'],
    ['fails', { error: 500 }],
  ])('the table of records %s every other write', async (_, effect) => {
    let writes = 0
    shop.sandbox.faults.add({ operation: 'PutItem', when: () => (writes += 1) % 2 === 1, effect })

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.3.0', '--wait')

    expect(code).toBe(1)
    expect(document.deployments.map(({ status }: { status: string }) => status)).toEqual([
      'finalized',
      'finalized',
      'rolled_back',
    ])
    expect(writes).toBeGreaterThan(10)
  })

  it('reads show the service as it was, and no new service deployment, for a while after UpdateService', async () => {
    shop.sandbox.world.state.ecs.consistency = {
      staleReadsAfterUpdateMs: 4_000,
      hideServiceDeploymentMs: 6_000,
    }

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.3.0', '--wait')

    expect(code).toBe(1)
    expect(document.deployments.map(({ status }: { status: string }) => status)).toEqual([
      'finalized',
      'finalized',
      'rolled_back',
    ])
  })

  it('a call that hangs is given up, and asked again', async () => {
    shop.sandbox.faults.add({ operation: 'DescribeServiceDeployments', after: 1, times: 1, effect: 'hang' })

    const { code, deployment } = await deployOne(shop, 'default', 'v1.2.3')

    expect({ code, deployment }).toMatchObject({ code: 0, deployment: live })
  })
})

describe('access that is lost on the way', () => {
  it.each<[string, FaultEffect, RegExp]>([
    ['denied', 'deny', /state unknown of worker: .*DescribeServiceDeployments/],
    ['expired', 'expire', /state unknown of worker: .*expired/i],
  ])(
    '%s: the state is unknown, which is not failed; ECS goes on, and later the record catches up',
    async (_, effect, said) => {
      const heal = shop.sandbox.faults.add({ operation: 'DescribeServiceDeployments', after: 1, effect })

      const { code, stdout, stderr } = await shop.start([
        'create',
        'deploy',
        'process=worker',
        'docker_tag=v1.2.3',
        '--wait',
        '-o',
        'json',
      ]).ended

      expect(code).toBe(5)
      expect(stderr).toMatch(said)
      const { id, status } = only(JSON.parse(stdout))
      expect(status).toBe('waiting_for_instances')
      heal()
      await until(shop, () => serviceDeployments(shop, 'worker')[0]?.status === 'SUCCESSFUL')
      expect(await show(shop, id)).toMatchObject(live)
    },
  )

  it('credentials that expire for everything, records too: unknown, and exit 5 all the same', async () => {
    shop.sandbox.faults.add({
      when: () => shop.sandbox.faults.count('DescribeServiceDeployments') > 1,
      effect: 'expire',
    })

    const { code, stdout, stderr } = await shop.start([
      'create',
      'deploy',
      'docker_tag=v1.2.3',
      '--wait',
      '-o',
      'json',
    ]).ended

    expect(code).toBe(5)
    expect(stderr).toContain('state unknown')
    expect(JSON.parse(stdout).deployments).toHaveLength(3)
  })

  it('credentials that expire before ECS was asked: unknown, and nothing hangs', async () => {
    shop.sandbox.faults.add({
      when: () => shop.sandbox.faults.count('RegisterTaskDefinition') > 0,
      effect: 'expire',
    })

    const { code, stderr } = await shop.start([
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
      '-o',
      'json',
    ]).ended

    expect(code).toBe(5)
    expect(stderr).toContain('state unknown')
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.2'])
  })

  it('what must be changed is denied: nothing has changed, and the missing permission is named', async () => {
    shop.sandbox.faults.add({ operation: 'UpdateService', effect: 'deny' })

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.2.3', '--wait')

    expect(code).toBe(3)
    expect(document.error.message).toContain('ecs:UpdateService')
    const { document: shown } = await shop.json('show', 'deploy')
    expect(
      shown.deployments.map(({ status, failure }: { status: string; failure?: { code: string } }) => [
        status,
        failure?.code,
      ]),
    ).toEqual(Array.from({ length: 3 }, () => ['failed', 'never_started']))
    expect(activeRevisions(shop, 'worker')).toHaveLength(1)
  })

  it('denied for one process alone: the others go live', async () => {
    shop.sandbox.faults.add({
      operation: 'UpdateService',
      when: input => JSON.stringify(input).includes('"worker"'),
      effect: 'deny',
    })

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.2.3', '--wait')

    expect(code).toBe(1)
    expect(document.deployments).toMatchObject([
      live,
      live,
      {
        status: 'failed',
        failure: { code: 'never_started', message: expect.stringContaining('ecs:UpdateService') },
      },
    ])
    expect(activeRevisions(shop, 'worker')).toHaveLength(1)
  })

  it.each(['v1.2.3', 'v1.3.0'])(
    'what is only nice to know is denied: %s is followed to its end',
    async tag => {
      for (const operation of [
        'DescribeTargetHealth',
        'ListTasks',
        'DescribeTasks',
        'GetLogEvents',
        'FilterLogEvents',
        'PutLogEvents',
        'CreateLogStream',
      ]) {
        shop.sandbox.faults.add({
          operation,
          when: () => shop.sandbox.faults.count('UpdateService') > 0,
          effect: 'deny',
        })
      }

      const { code, document } = await shop.json(
        'create',
        'deploy',
        `docker_tag=${tag}`,
        '--wait',
        '--timeout',
        '3m',
      )

      expect(document.deployments.map(({ status }: { status: string }) => status)).toEqual([
        'finalized',
        'finalized',
        tag === 'v1.3.0' ? 'rolled_back' : 'finalized',
      ])
      expect(code).toBe(tag === 'v1.3.0' ? 1 : 0)
    },
  )
})
