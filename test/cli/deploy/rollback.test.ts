import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { as, jsonAs, putPolicy } from './policies.ts'
import { outside, runningTags, serviceDeployments, until } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  for (const tag of ['one', 'two', 'three']) await shop.push({ tag })
})
afterEach(() => shop.close())

describe('a rollback', { timeout: 60_000 }, () => {
  it('is refused for all where one has nothing to go back to, and says how the others can', async () => {
    await shop.tapit('create', 'deploy', 'docker_tag=one', '--wait')
    await deployed('two')

    const refused = await shop.json('rollback')
    const { command } =
      /tapit -a shop (?<command>rollback process=\S+)$/.exec(refused.document.error.advice)?.groups ?? {}
    const followed = await shop.json(...(command ?? '').split(' '), '--wait')

    expect(refused).toMatchObject({ code: 3, document: { error: { code: 'nothing_to_go_back_to' } } })
    expect(command).toBe('rollback process=default')
    expect(followed.code).toBe(0)
    expect(runningTags(shop, 'default')).toEqual(['one'])
  })

  it('brings back what was live before, as a deployment of its own, and history says so', async () => {
    const one = await deployed('one')
    const two = await deployed('two')

    const { code, document } = await shop.json('rollback', 'process=default', 'reason=too slow', '--wait')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([
      {
        trigger: 'rollback',
        restores: one,
        dockerTag: 'one',
        status: 'finalized',
        isActive: true,
        reason: 'too slow',
      },
    ])
    expect(runningTags(shop, 'default')).toEqual(['one'])
    expect(await shown(two)).toMatchObject({
      status: 'finalized',
      isActive: false,
      promotionStage: 'rolled_back',
      replacedBy: { id: document.deployments[0].id, trigger: 'rollback' },
    })
    expect(await shown(one)).toMatchObject({
      promotionStage: 'active',
      replacedBy: { id: two, trigger: 'manual' },
    })
  })

  it('once more goes further back, never to what a rollback has left', async () => {
    await deployed('one')
    await deployed('two')
    await deployed('three')

    await shop.json('rollback', 'process=default', '--wait')
    const { code } = await shop.json('rollback', 'process=default', '--wait')
    const third = await shop.json('rollback', 'process=default', '--wait')

    expect(code).toBe(0)
    expect(runningTags(shop, 'default')).toEqual(['one'])
    expect(third).toMatchObject({ code: 3, document: { error: { code: 'nothing_to_go_back_to' } } })
  })

  it('goes by what was live when, whenever that was asked for: approvals take their time', async () => {
    await deployed('one')
    await putPolicy(shop, { name: 'ask', effect: 'require_approval', approvers: ['*:role/senior'] })
    const asked = await jsonAs(shop, 'bob', 'create', 'deploy', 'process=default', 'docker_tag=two')
    const [{ id }] = asked.document.deployments
    delete shop.sandbox.world.state.ssm.parameters['/tapit/shop/policies/ask']
    await deployed('three')
    await as(shop, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    await as(shop, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')
    expect(runningTags(shop, 'default')).toEqual(['two'])

    const back = await shop.json('rollback', 'process=default', '--wait')
    const further = await shop.json('rollback', 'process=default', '--wait')

    expect([back, further].map(({ document }) => document.deployments[0].dockerTag)).toEqual(['three', 'one'])
  })

  it('skips what never went live', async () => {
    await deployed('one')
    await deployed('two')
    await shop.push({ tag: 'bad', behaviour: 'crash' })
    await shop.json('create', 'deploy', 'process=default', 'docker_tag=bad', '--wait')

    await shop.json('rollback', 'process=default', '--wait')

    expect(runningTags(shop, 'default')).toEqual(['one'])
  })

  it('brings back the task definition that it ran with; with config=current the image alone', async () => {
    const one = await deployed('one')
    setLogLevel('debug')
    await deployed('two')

    await shop.json('rollback', `to=${one}`, '--wait')
    expect(logLevel()).toBe('info')

    await deployed('two')
    await shop.json('rollback', `to=${one}`, 'config=current', '--wait')
    expect(logLevel()).toBe('debug')
    expect(runningTags(shop, 'default')).toEqual(['one'])
  })

  it('stops what is in flight: ECS goes back by itself', async () => {
    const one = await deployed('one')
    await shop.push({ tag: 'slow', behaviour: 'slow' })
    await shop.json('create', 'deploy', 'process=default', 'docker_tag=slow')
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.status === 'IN_PROGRESS')

    const { code, document } = await shop.json('rollback', 'process=default', '--wait')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([{ dockerTag: 'slow', status: 'cancelled' }])
    expect(runningTags(shop, 'default')).toEqual(['one'])
    expect((await shop.json('status')).document.processes[0]).toMatchObject({ deploymentId: one })
  })

  it('of a group undoes what of it still runs, process by process', async () => {
    await shop.json('create', 'deploy', 'docker_tag=one', '--wait')
    const { document } = await shop.json('create', 'deploy', 'docker_tag=two', '--wait')
    await shop.json('create', 'deploy', 'process=worker', 'docker_tag=three', '--wait')

    const { code } = await shop.json('rollback', `group=${document.group.id}`, '--wait')

    expect(code).toBe(0)
    expect(runningTags(shop, 'default')).toEqual(['one'])
    expect(runningTags(shop, 'scheduler')).toEqual(['one'])
    expect(runningTags(shop, 'worker')).toEqual(['three'])
  })

  it('of a group also undoes what was restarted since', async () => {
    await shop.json('create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const { document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=two', '--wait')
    await shop.json('restart', 'process=worker', '--wait')

    const { code } = await shop.json('rollback', `group=${document.group.id}`, '--wait')

    expect(code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it.each([
    ['goes ahead at a yes', 'y', 0, 'one'],
    ['changes nothing at anything else', '', 3, 'two'],
  ])('at a terminal shows what would change, and %s', async (_, answer, code, tag) => {
    await deployed('one')
    await deployed('two')

    const ran = await shop.answering(answer, 'rollback', 'process=default', '--wait')

    expect(ran.code).toBe(code)
    expect(ran.stderr).toMatch(/\(two\) → .*\(one\)/)
    expect(runningTags(shop, 'default')).toEqual([tag])
  })

  it('refuses at a terminal whose input is none: what is piped in is no answer', async () => {
    await deployed('one')
    await deployed('two')

    const unheard = await shop.unheard('rollback', 'process=default', '--wait')
    const meant = await shop.unheard('rollback', 'process=default', '--wait', '--yes')

    expect([unheard.code, meant.code]).toEqual([2, 0])
    expect(unheard.stderr).toContain('its standard input is none')
    expect(unheard.stderr).toContain('--yes goes ahead')
    expect(runningTags(shop, 'default')).toEqual(['one'])
  })

  it('shows what it would do and does nothing with --dry-run', async () => {
    await deployed('one')
    await deployed('two')

    const { code, stdout } = await shop.tapit('rollback', 'process=default', '--dry-run')

    expect(code).toBe(0)
    expect(stdout).toMatch(/\(two\) → .*\(one\)/)
    expect(runningTags(shop, 'default')).toEqual(['two'])
  })
})

describe('after a rollback and a new deploy', { timeout: 60_000 }, () => {
  it('a rollback goes to what the first one had brought back', async () => {
    await deployed('one')
    await deployed('two')
    await shop.json('rollback', 'process=default', '--wait')
    await deployed('three')

    await shop.json('rollback', 'process=default', '--wait')

    expect(runningTags(shop, 'default')).toEqual(['one'])
  })
})

describe('a rollback is refused before anything changes', { timeout: 30_000 }, () => {
  it.each<[string, string, () => Promise<string>]>([
    ['of what is active already', 'active_already', () => deployed('one')],
    ['to what never went live', 'never_live', () => failed()],
    ['to what is not there', 'unknown_deployment', async () => 'dep_00000000000000000000000000'],
    ['to what is no deployment', 'bad_id', async () => 'v1.2.3'],
  ])('%s', async (_, code, make) => {
    const to = await make()
    const updates = shop.sandbox.faults.count('UpdateService')

    const { document } = await shop.json('rollback', `to=${to}`, '--wait')

    expect(document.error).toMatchObject({ code })
    expect(shop.sandbox.faults.count('UpdateService')).toBe(updates)
  })

  it('to an image that is gone', async () => {
    await deployed('one')
    await deployed('two')
    const { images } = shop.sandbox.world.state.ecr.repositories['shop'] ?? { images: [] }
    images.splice(
      images.findIndex(({ tags }) => tags.includes('one')),
      1,
    )

    const { code, document } = await shop.json('rollback', 'process=default', '--wait')

    expect([code, document.error.code]).toEqual([3, 'cannot_rebuild'])
    expect(runningTags(shop, 'default')).toEqual(['two'])
  })

  it('with to= and group= at once', async () => {
    const { code } = await shop.json('rollback', 'to=dep_1', 'group=grp_1')

    expect(code).toBe(2)
  })
})

async function deployed(tag: string): Promise<string> {
  const { code, document } = await shop.json(
    'create',
    'deploy',
    'process=default',
    `docker_tag=${tag}`,
    '--wait',
  )
  if (code !== 0) throw new Error(JSON.stringify(document))
  return document.deployments[0].id
}

async function failed(): Promise<string> {
  await shop.push({ tag: 'bad', behaviour: 'crash' })
  const { document } = await shop.json('create', 'deploy', 'process=default', 'docker_tag=bad', '--wait')
  return document.deployments[0].id
}

async function shown(id: string) {
  return (await shop.json('show', 'deploy', `id=${id}`)).document.deployments[0]
}

/** As a `cdk deploy` changes a variable: with a new revision of the template. */
function setLogLevel(value: string): void {
  const { taskDefinition } = outside(shop).DescribeTaskDefinition({ taskDefinition: 'shop-default-template' })
  outside(shop).RegisterTaskDefinition({
    ...(taskDefinition as ecs.RegisterTaskDefinitionRequest),
    containerDefinitions: (taskDefinition?.containerDefinitions ?? []).map(each => ({
      ...each,
      environment: [{ name: 'LOG_LEVEL', value }],
    })),
  })
}

function logLevel(): string | undefined {
  const { services: [service] = [] } = outside(shop).DescribeServices({
    cluster: 'shop',
    services: ['default'],
  })
  const { taskDefinition } = outside(shop).DescribeTaskDefinition({
    taskDefinition: service?.taskDefinition ?? '',
  })
  return taskDefinition?.containerDefinitions?.[0]?.environment?.find(({ name }) => name === 'LOG_LEVEL')
    ?.value
}
