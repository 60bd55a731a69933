import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { jsonAs, putPolicy } from './policies.ts'
import { changeTemplate, outside, until } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop({ speed: 20 })
  await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait')
}, 60_000)
afterEach(() => shop.close())

describe('the status of a process', { timeout: 60_000 }, () => {
  it('says since when its version runs, and what of the infrastructure waits', async () => {
    const deployed = await worker()
    changeTemplate(shop, 'worker', { environment: [{ name: 'LOG_LEVEL', value: 'warn' }] })

    const status = await worker()

    expect(status).toMatchObject({
      dockerTag: 'v1.2.3',
      since: deployed.since,
      drift: { code: 'config_waiting', template: 'shop-worker-template:2' },
    })
    expect(deployed).not.toHaveProperty('drift')
  })

  it('says since when what tapit did not deploy runs, while the new version is held apart from it', async () => {
    const before = await web()
    await shop.tapit('create', 'deploy', 'process=default', 'docker_tag=v1.2.3', 'strategy=blue_green')
    const during = await web()

    expect(before.dockerTag).toBe('v1.2.2')
    expect(during).toMatchObject({ dockerTag: 'v1.2.2', since: before.since })
    expect(during.promotionStage).not.toBe('active')
  })

  it('says that somebody has deployed another image, or the same, outside tapit', async () => {
    await deployOutside(image => image)
    const same = await worker()
    await deployOutside(image => `${image.split('@')[0]}@${digestOf('v1.2.2')}`)
    const other = await worker()

    expect(same.drift).toMatchObject({ code: 'changed_outside', isSameImage: true })
    expect(other.drift).toMatchObject({ code: 'changed_outside', isSameImage: false })
    expect(other.imageDigest).toBe(digestOf('v1.2.2'))
    expect(other).not.toHaveProperty('deploymentId')
  })

  it('says what waits for an approval, and that what runs is not touched', async () => {
    await putPolicy(shop, { name: 'senior', effect: 'require_approval', approvers: ['*:role/senior'] })
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=v1.2.2')
    const { id } = document.deployments[0]
    const pending = await worker()
    const { stdout } = await shop.tapit('status', 'process=worker')
    await jsonAs(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const approved = await worker()

    expect(pending).toMatchObject({
      dockerTag: 'v1.2.3',
      promotionStage: 'active',
      awaitingApproval: { deploymentId: id, dockerTag: 'v1.2.2', policy: 'senior', approval: 'pending' },
    })
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`tapit -a shop approve deploy id=${id}`)
    expect(approved.awaitingApproval).toMatchObject({ deploymentId: id, approval: 'approved' })
  })

  it('is told of those that were asked for, and refused where there is none of that name', async () => {
    const { document } = await shop.json('status', 'process=worker,scheduler')
    const unknown = await shop.json('status', 'process=wroker')

    expect(document.processes.map((each: any) => each.process)).toEqual(['scheduler', 'worker'])
    expect(unknown).toMatchObject({ code: 3, document: { error: { code: 'unknown_process' } } })
  })
})

function worker(): Promise<any> {
  return processStatus('worker')
}

function web(): Promise<any> {
  return processStatus('default')
}

async function processStatus(process: string): Promise<any> {
  const { document } = await shop.json('status', `process=${process}`)
  return document.processes[0]
}

function digestOf(tag: string): string | undefined {
  const { repositories } = shop.sandbox.world.state.ecr
  return repositories['shop']?.images.find(({ tags }) => tags.includes(tag))?.digest
}

/** As another tool does: a revision of its own, of the running one with another image. */
async function deployOutside(imageFrom: (image: string) => string): Promise<void> {
  const { DescribeServices, DescribeTaskDefinition, RegisterTaskDefinition, UpdateService } = outside(shop)
  const { services: [service] = [] } = DescribeServices({ cluster: 'shop', services: ['worker'] })
  const { taskDefinition } = DescribeTaskDefinition({ taskDefinition: service?.taskDefinition })
  const { taskDefinition: registered } = RegisterTaskDefinition({
    family: taskDefinition?.family,
    networkMode: taskDefinition?.networkMode,
    requiresCompatibilities: taskDefinition?.requiresCompatibilities,
    cpu: taskDefinition?.cpu,
    memory: taskDefinition?.memory,
    executionRoleArn: taskDefinition?.executionRoleArn,
    containerDefinitions: taskDefinition?.containerDefinitions?.map(container => ({
      ...container,
      image: imageFrom(container.image ?? ''),
    })),
  })
  UpdateService({
    cluster: 'shop',
    service: 'worker',
    taskDefinition: registered?.taskDefinitionArn,
  })
  await until(shop, () => {
    const { services: [now] = [] } = outside(shop).DescribeServices({
      cluster: 'shop',
      services: ['worker'],
    })
    return now?.deployments?.length === 1 && now.deployments[0]?.rolloutState === 'COMPLETED'
  })
}
