import { describe, expect, it } from 'vitest'
import type { Service, Task } from '../../../lib/actions/ports.ts'
import type { AccountView } from '../../../lib/actions/prune/account-view.ts'
import { repositoryUsers } from '../../../lib/actions/prune/repository-users.ts'
import type { Container, TaskDefinition } from '../../../lib/deployment/task-definition.ts'

const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'
const dualStack = '123456789012.dkr-ecr.eu-west-1.on.aws/shop'
const arn = (name: string): string => `arn:aws:ecs:eu-west-1:123456789012:task-definition/${name}`

describe('a repository is used by', () => {
  it('services that name it, with all that they are at or on their way to', async () => {
    const service = aService('web', {
      tags: { 'tapit:repository': 'shop', 'tapit:process': 'default', 'tapit:images-keep': '7' },
      taskDefinition: arn('web:3'),
      deployments: [deployment('PRIMARY', arn('web:3')), deployment('ACTIVE', arn('web:2'))],
    })

    const users = await usersOf({
      services: [service],
      images: { 'web:3': `${repository}@new`, 'web:2': `${repository}:v1` },
    })

    expect(users.processes).toEqual([{ app: 'shop', process: 'default', keep: 7 }])
    expect(users.uses).toEqual([
      { image: { digest: 'new' }, reason: { is: 'running', in: 'shop/default' } },
      { image: { tag: 'v1' }, reason: { is: 'running', in: 'shop/default' } },
    ])
    expect([...users.revisions]).toEqual([arn('web:3'), arn('web:2')])
  })

  it('services without a tag whose task definition has an image of it, under whatever host', async () => {
    const services = [
      aService('sidecars', { taskDefinition: arn('sidecars:1') }),
      aService('strangers', { taskDefinition: arn('strangers:1') }),
    ]
    const images = { 'sidecars:1': ['nginx', dualStack], 'strangers:1': `${repository}-other:v1` }

    const users = await usersOf({ services, images })

    expect(users.processes).toEqual([{ app: 'shop', process: 'sidecars' }])
    expect(users.uses).toEqual([{ image: { tag: 'latest' }, reason: { is: 'running', in: 'shop/sidecars' } }])
  })

  it('services of CodeDeploy, which have task sets', async () => {
    const service = aService('web', { controller: 'CODE_DEPLOY', taskSets: [arn('web:1')] })

    const users = await usersOf({ services: [service], images: { 'web:1': `${repository}@old` } })

    expect(users.uses).toEqual([{ image: { digest: 'old' }, reason: { is: 'running', in: 'shop/web' } }])
  })

  it('sidecars of a template, but not the container that each deploy pins', async () => {
    const service = aService('web', {
      tags: {
        'tapit:repository': repository,
        'tapit:container': 'container-0',
        'tapit:template': 'web-template',
      },
    })
    const images = { 'web-template': [`${repository}:latest`, `${repository}:proxy`] }

    const { uses } = await usersOf({ services: [service], images })

    expect(uses).toEqual([{ image: { tag: 'proxy' }, reason: { is: 'template', of: 'shop/web' } }])
  })

  it('tasks, by what they say they run; by their task definition while they say nothing yet', async () => {
    const tasks = [
      aTask('1', { group: 'service:web', digests: ['here', 'elsewhere'] }),
      aTask('2', { group: 'family:cron', digests: [undefined], taskDefinition: arn('cron:1') }),
    ]
    const services = [aService('web', { tags: { 'tapit:repository': 'other', 'tapit:process': 'default' } })]

    const { uses, processes } = await usersOf({ services, tasks, images: { 'cron:1': `${repository}:v1` } })

    expect(processes).toEqual([])
    expect(uses).toEqual([
      { image: { digest: 'here' }, reason: { is: 'running', in: 'shop/default' } },
      { image: { tag: 'v1' }, reason: { is: 'running', in: 'shop, task 2' } },
    ])
  })

  it('services that name another one and have no task that could say what their sidecars are', async () => {
    const tags = { 'tapit:repository': 'other' }
    const services = [
      aService('stopped', { tags, desired: 0, taskDefinition: arn('stopped:1') }),
      aService('elsewhere', { tags, desired: 0, taskDefinition: arn('elsewhere:1') }),
    ]
    const images = { 'stopped:1': ['other', `${repository}@proxy`], 'elsewhere:1': 'other' }

    const { uses, processes } = await usersOf({ services, images })

    expect(processes).toEqual([{ app: 'shop', process: 'stopped' }])
    expect(uses).toEqual([{ image: { digest: 'proxy' }, reason: { is: 'running', in: 'shop/stopped' } }])
  })

  it('nobody knows whom where a task definition cannot be read: it throws', async () => {
    const service = aService('web', { taskDefinition: arn('web:1') })

    await expect(usersOf({ services: [service], images: {} })).rejects.toThrow(
      `which images shop/web runs cannot be told: its task definition ${arn('web:1')} cannot be read`,
    )
  })
})

type Scene = {
  readonly services?: readonly Service[]
  readonly tasks?: readonly Task[]
  /** Of the containers of a task definition, by its name. */
  readonly images: Readonly<Record<string, string | readonly string[]>>
}

function usersOf({ services = [], tasks = [], images }: Scene): ReturnType<typeof repositoryUsers> {
  const account: AccountView = {
    clusters: [{ name: 'shop', arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop', services, tasks }],
    definition: async reference => {
      const name = reference.slice(reference.lastIndexOf('/') + 1)
      const found = images[name]
      return found === undefined ? undefined : definition(name, [found].flat())
    },
  }
  return repositoryUsers({ repository, holds: digest => digest !== 'elsewhere' }, account)
}

function definition(name: string, images: readonly string[]): TaskDefinition {
  const containers = images.map((image, index): Container => ({
    name: `container-${index}`,
    image,
    essential: true,
    hasHealthCheck: false,
  }))
  return { arn: arn(name), family: name, revision: 1, isActive: true, containers, tags: {}, definition: {} }
}

function deployment(status: string, taskDefinition: string): Service['deployments'][number] {
  return { id: status, status, taskDefinition, running: 1, failedTasks: 0 }
}

function aService(name: string, over: Partial<Service> = {}): Service {
  return {
    name,
    arn: name,
    cluster: 'shop',
    tags: {},
    controller: 'ECS',
    scheduling: 'REPLICA',
    desired: 1,
    running: 1,
    pending: 0,
    taskDefinition: '',
    deployments: [],
    loadBalancers: [],
    wiring: [],
    gracePeriodSeconds: 0,
    configuration: {},
    ...over,
  }
}

function aTask(
  id: string,
  {
    group,
    digests,
    taskDefinition = arn('any:1'),
  }: { group: string; digests: readonly (string | undefined)[]; taskDefinition?: string },
): Task {
  const containers = digests.map((imageDigest, index) => ({
    name: `container-${index}`,
    ...(imageDigest !== undefined && { imageDigest }),
  }))
  return { arn: id, id, group, taskDefinition, lastStatus: 'RUNNING', containers }
}
