import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr'
import {
  CreateClusterCommand,
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type KeyValuePair,
  RegisterTaskDefinitionCommand,
  type Tag,
  TagResourceCommand,
} from '@aws-sdk/client-ecs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pushImage, type PushImageOptions } from '../../lib/sandbox/push-image.ts'
import { openShop, type Shop } from '../fakes/shop.ts'
import { until } from './deploy/scenes.ts'

const cluster = 'shop-production-Cluster-a1B2c3D4'
const service = 'shop-production-web-Service-e5F6g7H8'

let shop: Shop
let ecs: ECSClient
let registry: string
beforeEach(async () => {
  shop = await openShop({ isEmpty: true })
  const { region, account } = shop.sandbox.world
  registry = `${account}.dkr.ecr.${region}.amazonaws.com`
  const credentials = { accessKeyId: 'copilot', secretAccessKey: 'copilot' }
  ecs = new ECSClient({ endpoint: shop.url, region, credentials })
  const ecr = new ECRClient({ endpoint: shop.url, region, credentials })
  for (const repositoryName of ['shop/web', 'shop/proxy'])
    await ecr.send(new CreateRepositoryCommand({ repositoryName }))
  await push({ tag: 'v1' })
  await push({ tag: 'v1', repository: 'shop/proxy' })
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }))
  await createService(service)
  await until(shop, () =>
    Object.values(shop.sandbox.world.state.ecs.services).every(
      ({ deployments }) => deployments[0]?.rolloutState === 'COMPLETED',
    ),
  )
})
afterEach(() => shop.close())

it('a cluster that Copilot made: setup says what is missing, and with those tags it deploys and rolls back', async () => {
  const before = await shop.json('-a', cluster, 'setup')
  const refused = await shop.json('-a', cluster, 'create', 'deploy', 'docker_tag=v1')

  expect(before.document).toMatchObject({ created: true, app: cluster })
  expect(before.document.processes).toEqual([
    {
      process: service,
      kind: 'worker',
      service,
      problem: 'more than one of its containers could get the image: web, proxy.',
      command: expect.stringContaining(
        `key=tapit:process,value=web key=tapit:container,value=web key=tapit:repository,value=${registry}/shop/web`,
      ),
    },
  ])
  expect([refused.code, refused.document.error.code]).toEqual([3, 'ambiguous_image'])

  const audit = await shop.json('-a', cluster, 'show', 'audit')
  expect(audit.document.events).toMatchObject([
    { event: 'setup', app: cluster, details: { table: 'tapit', region: 'us-east-1' } },
  ])

  await run(before.document.processes[0].command)
  const { stdout } = await shop.tapit('-a', cluster, 'setup')
  await push({ tag: 'v2' })
  const good = await shop.json('-a', cluster, 'create', 'deploy', 'process=web', 'docker_tag=v2', '--wait')
  const definition = await running()
  await push({ tag: 'v3', behaviour: 'crash' })
  const bad = await shop.json('-a', cluster, 'create', 'deploy', 'process=web', 'docker_tag=v3', '--wait')

  expect(stdout).toContain(`web  worker  container web, images from ${registry}/shop/web`)
  expect([good.code, bad.code]).toEqual([0, 1])
  expect(bad.document.deployments[0]).toMatchObject({ status: 'rolled_back', previous: { dockerTag: 'v2' } })
  expect(definition).toMatchObject({
    family: 'shop-production-web',
    containers: [expect.stringMatching(/shop\/web@sha256:/), `${registry}/shop/proxy:v1`],
  })
  expect(await running()).toEqual(definition)
})

it('a service that Terraform made, whose family is its template: what changes there waits, and goes live with the next deploy', async () => {
  const tags = {
    'tapit:process': 'web',
    'tapit:template': 'shop-production-web',
    'tapit:container': 'web',
    'tapit:repository': 'shop/web',
  }
  await tag(Object.entries(tags).map(([key, value]) => ({ key, value })))
  const first = await shop.json('-a', cluster, 'setup')
  const deployed = await shop.json('-a', cluster, 'create', 'deploy', 'docker_tag=v1', '--wait')
  const definition = await running()
  await register([{ name: 'LOG_LEVEL', value: 'debug' }])
  const waiting = await shop.json('-a', cluster, 'status')
  await shop.json('-a', cluster, 'create', 'deploy', 'docker_tag=v1', '--wait')
  const after = await shop.json('-a', cluster, 'status')

  expect(first.document.processes[0]).not.toHaveProperty('problem')
  expect(deployed.document.error).toBeUndefined()
  expect(definition.family).toBe(`${cluster}-web`)
  expect(waiting.document.processes[0].drift).toEqual({
    code: 'config_waiting',
    template: 'shop-production-web:2',
  })
  expect(after.document.processes[0]).not.toHaveProperty('drift')
})

it('a service of CodeDeploy is refused, with the command that moves it over', async () => {
  await createService('legacy', { deploymentController: { type: 'CODE_DEPLOY' } })

  const { document } = await shop.json('-a', cluster, 'setup')
  const { code, document: refused } = await shop.json('-a', cluster, 'create', 'deploy', 'process=legacy')

  expect(document.processes[0]).toMatchObject({
    process: 'legacy',
    problem: 'its service is deployed by CODE_DEPLOY, not by ECS itself.',
    command: `aws ecs update-service --cluster ${cluster} --service legacy --deployment-controller type=ECS`,
  })
  expect([code, refused.error.code]).toEqual([3, 'wrong_controller'])
})

it('setup makes the table all the same where the app is not there yet, and says that it is not', async () => {
  const { stdout, code } = await shop.tapit('-a', 'later', 'setup')

  expect(code).toBe(0)
  expect(stdout).toMatch(/^created the table "tapit".*\nNo app was looked at: there is no app .*"later"/)
})

async function push(image: Partial<PushImageOptions>): Promise<void> {
  const { region } = shop.sandbox.world
  await pushImage({ url: shop.url, region, repository: 'shop/web', tag: 'latest', ...image })
}

async function register(environment: KeyValuePair[] = []): Promise<void> {
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'shop-production-web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        { name: 'web', image: `${registry}/shop/web:v1`, essential: true, environment },
        { name: 'proxy', image: `${registry}/shop/proxy:v1`, essential: true },
      ],
    }),
  )
}

async function createService(name: string, more: Partial<CreateServiceCommandInput> = {}): Promise<void> {
  await register()
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: 'shop-production-web',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      tags: [
        { key: 'copilot-application', value: 'shop' },
        { key: 'copilot-environment', value: 'production' },
        ...(name === service ? [{ key: 'copilot-service', value: 'web' }] : []),
      ],
      ...more,
    }),
  )
}

/** What the `aws` CLI would make of a command that setup printed. */
async function run(command: string): Promise<void> {
  const [, resourceArn = '', list = ''] =
    /^aws ecs tag-resource --resource-arn (\S+) --tags (.*)$/.exec(command) ?? []
  const tags = list.split(' ').map(each => {
    const [, key = '', value = ''] = /^key=([^,]+),value=(.*)$/.exec(each) ?? []
    return { key, value }
  })
  expect(resourceArn).toMatch(new RegExp(`/${service}$`))
  await tag(tags)
}

async function tag(tags: Tag[]): Promise<void> {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }))
  await ecs.send(new TagResourceCommand({ resourceArn: services[0]?.serviceArn, tags }))
}

async function running(): Promise<{ family?: string; containers: readonly (string | undefined)[] }> {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }))
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: services[0]?.taskDefinition }),
  )
  return {
    family: taskDefinition?.family,
    containers: (taskDefinition?.containerDefinitions ?? []).map(({ image }) => image),
  }
}
