import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ecs } from '../../../lib/sandbox/wire/handlers.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { outside } from './scenes.ts'
import { stageShop } from './stage-shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  for (const tag of ['one', 'two']) await shop.push({ tag })
})
afterEach(() => shop.close())

describe('tapit diff', { timeout: 60_000 }, () => {
  it('compares a deployment with what runs, and names variables without their values', async () => {
    const one = await deployed('one', 'git_hash=4be1a77')
    addVariable('WORKER_TOKEN', 'hunter2')
    const two = await deployed('two', 'git_hash=99aa001')

    const { code, document } = await shop.json('diff', `from=${one.id}`)
    const text = await shop.tapit('diff', `from=${one.id}`)

    expect(code).toBe(0)
    expect(document).toMatchObject({
      isSame: false,
      from: { app: 'shop', is: 'deployment', name: one.id },
      to: { app: 'shop', is: 'running', name: 'running' },
      processes: [
        {
          process: 'worker',
          from: { deploymentId: one.id, dockerTag: 'one' },
          to: { deploymentId: two.id, dockerTag: 'two', imageDigest: two.imageDigest },
          changes: [
            { what: 'image', change: 'changed', before: one.imageDigest, after: two.imageDigest },
            { what: 'commit', change: 'changed', before: '4be1a77', after: '99aa001' },
            { what: 'variable', name: 'WORKER_TOKEN', change: 'added' },
          ],
        },
      ],
    })
    expect(text.stdout).toBe(
      [
        `${one.id} → what runs of shop`,
        '',
        'worker',
        `  image                  one (${one.imageDigest.slice(0, 15)}) → two (${two.imageDigest.slice(0, 15)})`,
        '  commit                 4be1a77 → 99aa001',
        '  variable WORKER_TOKEN  added (value not shown)',
        '',
      ].join('\n'),
    )
    expect(JSON.stringify(document) + text.stdout).not.toContain('hunter2')
  })

  it('compares two deployments, also one that has failed', async () => {
    const one = await deployed('one')
    await shop.push({ tag: 'bad', behaviour: 'crash' })
    const { document: bad } = await shop.json(
      'create',
      'deploy',
      'process=worker',
      'docker_tag=bad',
      '--wait',
    )

    const { code, document } = await shop.json('diff', `from=${one.id}`, `to=${bad.deployments[0].id}`)

    expect(code).toBe(0)
    expect(document.processes[0].changes).toMatchObject([{ what: 'image' }])
  })

  it('says so where nothing differs', async () => {
    const one = await deployed('one')

    const { document } = await shop.json('diff', `from=${one.id}`)
    const { stdout } = await shop.tapit('diff', `from=${one.id}`)

    expect(document).toMatchObject({ isSame: true, processes: [{ changes: [] }] })
    expect(stdout).toContain('worker  no difference (one)')
  })

  it('without keys tells what waits for the next deploy', async () => {
    await deployed('one')
    addVariable('WORKER_TOKEN', 'hunter2')

    const { document } = await shop.json('diff', 'process=worker')

    expect(document).toMatchObject({
      from: { is: 'running' },
      to: { is: 'waiting' },
      processes: [{ changes: [{ what: 'variable', name: 'WORKER_TOKEN', change: 'added' }] }],
    })
  })

  it('compares two environments, process by process', async () => {
    await stageShop(shop, ['worker', 'mailer'])
    const one = await deployed('one', '-e', 'staging')
    await deployed('two')

    const { document } = await shop.json('diff', 'from=staging', 'to=production')
    const { stdout } = await shop.tapit('diff', 'from=staging', 'to=production', 'process=worker')

    expect(document).toMatchObject({
      from: { app: 'shop-staging', name: 'staging' },
      to: { app: 'shop', name: 'production' },
      onlyInFrom: ['mailer'],
      onlyInTo: ['default', 'scheduler'],
    })
    expect(document.processes[0].changes).toContainEqual(
      expect.objectContaining({ what: 'image', before: one.imageDigest }),
    )
    expect(stdout).toContain('staging (shop-staging) → production (shop)')
    expect(stdout).toMatch(/image {2,}one \(sha256:\w+\) → two \(sha256:\w+\)/)
  })

  it.each([
    [['from=dep_00000000000000000000000000'], 3, 'unknown_deployment'],
    [['from=grp_00000000000000000000000000'], 2, 'bad_id'],
    [['from='], 2, 'empty_value'],
    [['from=nowhere'], 3, 'unknown_app'],
    [['process=nothing'], 3, 'unknown_process'],
  ])('refuses %j with exit code %i', async (keys, exit, error) => {
    const { code, document } = await shop.json('diff', ...keys)

    expect([code, document.error.code]).toEqual([exit, error])
  })

  it('refuses deployments of two processes', async () => {
    const one = await deployed('one')
    const { document: other } = await shop.json(
      'create',
      'deploy',
      'process=scheduler',
      'docker_tag=one',
      '--wait',
    )

    const { code, document } = await shop.json('diff', `from=${one.id}`, `to=${other.deployments[0].id}`)

    expect([code, document.error.code]).toEqual([2, 'other_process'])
  })
})

async function deployed(tag: string, ...keys: readonly string[]) {
  const argv = ['create', 'deploy', 'process=worker', `docker_tag=${tag}`, ...keys, '--wait']
  const { code, document } = await shop.json(...argv)
  if (code !== 0) throw new Error(JSON.stringify(document))
  return document.deployments[0]
}

/** As a `cdk deploy` adds a variable: with a new revision of the template. */
function addVariable(name: string, value: string): void {
  const { taskDefinition } = outside(shop).DescribeTaskDefinition({ taskDefinition: 'shop-worker-template' })
  outside(shop).RegisterTaskDefinition({
    ...(taskDefinition as ecs.RegisterTaskDefinitionRequest),
    containerDefinitions: (taskDefinition?.containerDefinitions ?? []).map(each => ({
      ...each,
      environment: [...(each.environment ?? []), { name, value }],
    })),
  })
}
