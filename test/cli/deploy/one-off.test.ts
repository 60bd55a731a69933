import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tagHandlers } from '../../../lib/sandbox/ecs/handlers/tag-handlers.ts'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { outside, serviceDeployments, until } from './scenes.ts'

const oneOff = [
  'create',
  'deploy',
  'process=default',
  'docker_tag=v1.2.3',
  'strategy=canary',
  'canary_bake_minutes=0',
] as const
const lambda: ecs.DeploymentLifecycleHook = {
  targetType: 'AWS_LAMBDA',
  hookTargetArn: 'arn:aws:lambda:us-east-1:123456789012:function:check',
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
}

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('a service whose strategy tapit knows', { timeout: 30_000 }, () => {
  it('has its own configuration again after one deploy by another strategy', async () => {
    const { code } = await shop.json(...oneOff, '--wait')

    expect(code).toBe(0)
    expect(configuration()).toMatchObject({ strategy: 'ROLLING', lifecycleHooks: [] })
  })

  it('has it again where nobody waited: the next command that looks gives it back', async () => {
    await shop.json(...oneOff)
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.status === 'SUCCESSFUL')
    expect(configuration().strategy).toBe('CANARY')

    await shop.tapit('status')

    expect(configuration()).toMatchObject({ strategy: 'ROLLING', lifecycleHooks: [] })
  })
})

describe('what somebody else has made of the service meanwhile', { timeout: 30_000 }, () => {
  it('is left alone', async () => {
    await shop.json(...oneOff)
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.status === 'SUCCESSFUL')
    configure({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 7, maximumPercent: 150 })

    await shop.tapit('status')

    expect(configuration()).toMatchObject({ strategy: 'BLUE_GREEN', maximumPercent: 150 })
  })

  it('is not what a failed giving back leaves: the next command that looks tries again', async () => {
    const mend = shop.sandbox.faults.add({
      operation: 'UpdateService',
      when: input => !('taskDefinition' in (input as object)),
      effect: 'deny',
    })
    await shop.json(...oneOff, '--wait')
    expect(configuration().strategy).toBe('CANARY')
    mend()

    await shop.tapit('status')

    expect(configuration().strategy).toBe('ROLLING')
  })
})

describe('a deployment that tapit did not make', { timeout: 30_000 }, () => {
  it('is seen in status where it waits for somebody, and goes on at their word', async () => {
    const pause = { targetType: 'PAUSE' as const, lifecycleStages: ['PRE_SCALE_UP' as const] }
    configure({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, lifecycleHooks: [pause] })
    outside(shop).UpdateService({ cluster: 'shop', service: 'default', forceNewDeployment: true })
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.lifecycleStage === 'PRE_SCALE_UP')

    const { stdout } = await shop.tapit('status')
    const { document } = await shop.json('status')
    const { code } = await shop.json('continue', 'deploy', 'process=default', '--wait')

    expect(stdout).toContain('ECS is at a deployment that tapit did not make; it waits at PRE_SCALE_UP')
    expect(document.processes[0].unrecorded).toMatchObject({
      status: 'IN_PROGRESS',
      pause: { stage: 'PRE_SCALE_UP' },
    })
    expect(code).toBe(0)
    expect(serviceDeployments(shop, 'default')[0]?.status).toBe('SUCCESSFUL')
  })
})

describe('a service that names no strategy', { timeout: 30_000 }, () => {
  beforeEach(() => {
    const { UntagResource } = tagHandlers(shop.sandbox.world)
    UntagResource({ resourceArn: service().serviceArn ?? '', tagKeys: ['tapit:strategy'] })
    configure({ strategy: 'BLUE_GREEN', maximumPercent: 175, bakeTimeInMinutes: 1, lifecycleHooks: [lambda] })
  })

  it('has what it had again after one deploy by another strategy, its hooks too', async () => {
    const { code } = await shop.json(...oneOff, '--wait')

    expect(code).toBe(0)
    expect(configuration()).toMatchObject({
      strategy: 'BLUE_GREEN',
      maximumPercent: 175,
      bakeTimeInMinutes: 1,
      lifecycleHooks: [lambda],
    })
  })

  it('keeps its gates and its breaker where only its bake time is changed', async () => {
    const pause = { targetType: 'PAUSE' as const, lifecycleStages: ['PRE_SCALE_UP' as const] }
    configure({
      lifecycleHooks: [lambda, pause],
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        thresholdConfiguration: { type: 'COUNT', value: 1 },
      },
    })

    await shop.json('create', 'deploy', 'process=default', 'docker_tag=v1.2.3', 'bake_minutes=2')

    expect(configuration()).toMatchObject({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 2,
      lifecycleHooks: [lambda, pause],
      deploymentCircuitBreaker: { thresholdConfiguration: { type: 'COUNT', value: 1 } },
    })
  })

  it('is not deployed by two one-offs added up', async () => {
    await shop.json(...oneOff, 'canary_percent=50')

    const second = ['create', 'deploy', 'process=default', 'docker_tag=v1.2.2', 'bake_minutes=1'] as const
    const { code } = await shop.json(...second, '--supersede', 'reason=hotfix', '--wait')

    expect(code).toBe(0)
    expect(serviceDeployments(shop, 'default')[0]?.deploymentConfiguration).toMatchObject({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 1,
    })
    expect(configuration()).toMatchObject({ strategy: 'BLUE_GREEN', maximumPercent: 175 })
  })

  it('is deployed as it was before by whoever takes over from such a deploy', async () => {
    await shop.json(...oneOff)
    const { code } = await shop.json(
      'create',
      'deploy',
      'process=default',
      'docker_tag=v1.2.2',
      '--supersede',
      'reason=hotfix',
      '--wait',
    )

    expect(code).toBe(0)
    expect(serviceDeployments(shop, 'default')[0]?.deploymentConfiguration).toMatchObject({
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [lambda],
    })
    expect(configuration()).toMatchObject({ strategy: 'BLUE_GREEN', maximumPercent: 175 })
  })
})

function service(): ecs.Service {
  const [found] = outside(shop).DescribeServices({ cluster: 'shop', services: ['default'] }).services ?? []
  if (found === undefined) throw new Error('there is no service default')
  return found
}

function configuration(): ecs.DeploymentConfiguration {
  return service().deploymentConfiguration ?? {}
}

function configure(deploymentConfiguration: ecs.DeploymentConfiguration): void {
  outside(shop).UpdateService({ cluster: 'shop', service: 'default', deploymentConfiguration })
}
