import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import {
  activeRevisions,
  changeTemplate,
  deployOne,
  outside,
  runningTags,
  serviceDeployments,
  tasksOf,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('what users of other tools suffer from', () => {
  it('slow polling: the command ends within a few seconds of ECS', async () => {
    await deployOne(shop, 'default', 'v1.2.3')

    const late = shop.clock.now() - (serviceDeployments(shop, 'default')[0]?.finishedAt ?? 0)
    expect(late).toBeLessThan(4_000)
  })

  it('revisions: the one that runs and the one that a rollback goes to stay, that of a failure goes', async () => {
    await deployOne(shop, 'worker', 'v1.2.3')
    await deployOne(shop, 'worker', 'v1.3.0')

    expect(activeRevisions(shop, 'worker').map(revisionOf)).toEqual(['shop-worker:1', 'shop-worker:2'])
    const { services } = outside(shop).DescribeServices({ cluster: 'shop', services: ['worker'] })
    expect(services?.[0]?.taskDefinition).toBe(activeRevisions(shop, 'worker').at(-1))
  })

  it('sidecars: only the container that tapit owns gets the image', async () => {
    const proxy = { name: 'proxy', image: 'public.ecr.aws/nginx/nginx:1.27', essential: true }
    changeTemplate(shop, 'worker', {}, [proxy])

    const { code, deployment } = await deployOne(shop, 'worker', 'v1.2.3')

    expect(code).toBe(0)
    const { taskDefinition } = outside(shop).DescribeTaskDefinition({
      taskDefinition: deployment.ecs.taskDefinition,
    })
    const images = taskDefinition?.containerDefinitions?.map(({ name, image }) => [name, image])
    expect(images).toEqual([
      ['worker', expect.stringMatching(/\/shop@sha256:/)],
      ['proxy', proxy.image],
    ])
  })

  it('more than a hundred tasks: followed to the end, in batches that AWS takes', async () => {
    outside(shop).UpdateService({ cluster: 'shop', service: 'default', desiredCount: 120 })
    await until(
      shop,
      () => tasksOf(shop, 'default').filter(({ lastStatus }) => lastStatus === 'RUNNING').length === 120,
    )

    const { code, deployment } = await deployOne(shop, 'default', 'v1.2.3')

    expect({ code, status: deployment.status }).toEqual({ code: 0, status: 'finalized' })
    expect(runningTags(shop, 'default')).toEqual(['v1.2.3'])
    expect(shop.sandbox.faults.journal.filter(({ service, error }) => service === 'ecs' && error)).toEqual([])
  })

  it.each(['text', 'json'])(
    'secrets: a dry run names variables and never shows values (%s)',
    async output => {
      changeTemplate(shop, 'worker', {
        environment: [
          { name: 'LOG_LEVEL', value: 'info' },
          { name: 'API_TOKEN', value: 'hunter2' },
        ],
      })

      const dry = await shop.tapit(
        'create',
        'deploy',
        'process=worker',
        'docker_tag=v1.2.3',
        '--dry-run',
        '-o',
        output,
      )
      const wet = await shop.tapit(
        'create',
        'deploy',
        'process=worker',
        'docker_tag=v1.2.3',
        '--wait',
        '-o',
        output,
      )

      expect([dry.code, wet.code]).toEqual([0, 0])
      expect(dry.stdout).toContain('API_TOKEN')
      expect(JSON.stringify([dry, wet])).not.toContain('hunter2')
    },
  )

  it('needless revisions: a dry run registers none and changes nothing', async () => {
    const before = shop.sandbox.faults.journal.length

    const { code } = await shop.tapit('create', 'deploy', 'docker_tag=v1.3.0', '--dry-run')

    expect(code).toBe(0)
    const changes = /^(Register|Update|Create|Put|Stop|Deregister)/
    const operations = shop.sandbox.faults.journal.slice(before).map(({ operation }) => operation)
    expect(operations).toContain('DescribeServices')
    expect(operations.filter(each => changes.test(each))).toEqual([])
  })
})

function revisionOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
