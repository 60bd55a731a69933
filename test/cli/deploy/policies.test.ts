import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../lib/names/clock.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { as, asCaller, jsonAs, putPolicy, putRaw } from './policies.ts'
import { ecrOf } from '../images/ecr-of.ts'
import { imageDeploy } from './image-deploy.ts'
import { runningTags, serviceDeployments } from './scenes.ts'

const hour = 3_600_000
const freeze = { name: 'holiday-freeze', effect: 'deny', environments: ['production'] }

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  await shop.push({ tag: 'one' })
})
afterEach(() => shop.close())

describe('a policy that denies', { timeout: 60_000 }, () => {
  it('stops a deploy before anything is asked of ECS: exit 4, policy and reason named, recorded', async () => {
    await putPolicy(shop, { ...freeze, until: '2099-01-01T00:00:00Z' })

    const { code, document } = await jsonAs(
      shop,
      'bob',
      'create',
      'deploy',
      'process=worker',
      'docker_tag=one',
      '--wait',
    )

    expect(code).toBe(4)
    expect(document).toMatchObject({
      group: { status: 'creating_approval_denied' },
      deployments: [
        {
          status: 'creating_approval_denied',
          approval: 'auto_denied',
          denied: {
            policy: 'holiday-freeze',
            because: 'policy',
            reason: 'holiday-freeze: in production, until 2099-01-01T00:00:00Z',
          },
        },
      ],
    })
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
    expect(shop.sandbox.faults.count('RegisterTaskDefinition')).toBe(0)
    const shown = await shop.json('show', 'deploy', `id=${document.deployments[0].id}`)
    expect(shown.document.deployments).toMatchObject([{ status: 'creating_approval_denied' }])
  })

  it('says so in words', async () => {
    await putPolicy(shop, freeze)

    const { code, stdout } = await as(shop, 'bob', 'create', 'deploy', 'process=worker', 'docker_tag=one')

    expect(code).toBe(4)
    expect(stdout).toMatch(/denied by policy holiday-freeze: in production\./)
  })

  it('of one process stops the whole deploy', async () => {
    await putPolicy(shop, { ...freeze, processes: ['worker'] })

    const { document } = await jsonAs(shop, 'bob', 'create', 'deploy', 'docker_tag=one')

    expect(document.deployments.map(({ status }: { status: string }) => status)).toEqual([
      'creating_approval_denied',
      'creating_approval_denied',
      'creating_approval_denied',
    ])
  })

  it('lets other processes be deployed, and the record says that it was judged', async () => {
    await putPolicy(shop, { ...freeze, processes: ['worker'] })

    const { code, document } = await jsonAs(
      shop,
      'bob',
      'create',
      'deploy',
      'process=scheduler',
      'docker_tag=one',
      '--wait',
    )

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([{ approval: 'auto_approved', status: 'finalized' }])
  })

  it('is no end of what the next deploy has to put in order', async () => {
    await shop.json('create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    await putPolicy(shop, { ...freeze, callers: ['*:role/bob'] })
    await jsonAs(shop, 'bob', 'create', 'deploy', 'process=worker', 'docker_tag=v1.2.3')

    const back = await jsonAs(
      shop,
      'carol',
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v1.2.3',
      '--wait',
    )

    expect(back.code).toBe(0)
    expect(runningTags(shop, 'worker')).toEqual(['v1.2.3'])
  })

  it('is told by --dry-run, which records nothing', async () => {
    await putPolicy(shop, freeze)

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=one', '--dry-run')
    const { stdout } = await shop.tapit('create', 'deploy', 'docker_tag=one', '--dry-run')

    expect(code).toBe(4)
    expect(document).toMatchObject({
      isPossible: false,
      policies: [{ process: 'default', policy: 'holiday-freeze', effect: 'deny' }, {}, {}],
    })
    expect(stdout).toMatch(/The policy holiday-freeze forbids it: in production\./)
    expect((await shop.json('list', 'deploys')).document.deployments).toEqual([])
  })
})

describe('policies are judged', { timeout: 60_000 }, () => {
  it('by who AWS says it is, not by the initiator', async () => {
    await putPolicy(shop, {
      name: 'allow-list',
      effect: 'deny',
      exceptCallers: ['123456789012:role/release'],
    })

    const said = await jsonAs(
      shop,
      'bob',
      'create',
      'deploy',
      'process=worker',
      'docker_tag=one',
      'initiator=release',
    )
    const real = await jsonAs(
      shop,
      'release/bob',
      'create',
      'deploy',
      'process=worker',
      'docker_tag=one',
      '--wait',
    )

    expect([said.code, real.code]).toEqual([4, 0])
    expect(said.document.deployments[0].denied.reason).toContain('123456789012:role/bob')
  })

  it('in the environment that the cluster’s tag names', async () => {
    const [cluster] = Object.values(shop.sandbox.world.state.ecs.clusters)
    Object.assign(cluster ?? {}, { tags: [{ key: 'tapit:environment', value: 'staging' }] })
    await putPolicy(shop, { ...freeze, environments: ['staging'] })

    const { code } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=one', '--dry-run')

    expect(code).toBe(4)
  })

  it.each([
    ['has no such tag', []],
    ['has an empty one', [{ key: 'tapit:environment', value: '' }]],
  ])('as matching where the cluster %s', async (_, tags) => {
    const [cluster] = Object.values(shop.sandbox.world.state.ecs.clusters)
    Object.assign(cluster ?? {}, { tags })
    await putPolicy(shop, { ...freeze, environments: ['staging'] })

    const { code } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=one', '--dry-run')

    expect(code).toBe(4)
  })

  it.each([
    ['holds though the machine thinks it is over', 'until', 4],
    ['does not hold yet though the machine thinks so', 'from', 0],
  ])('by AWS’s clock: a freeze %s', async (_, key, code) => {
    await putPolicy(shop, { ...freeze, [key]: new Date(shop.clock.now() + 20 * 60_000).toISOString() })
    const ahead: Clock = { ...shop.clock, now: () => shop.clock.now() + hour }

    const ran = await shop.start(
      ['create', 'deploy', 'process=worker', 'docker_tag=one', '--dry-run'],
      {},
      ahead,
    ).ended

    expect(ran.code).toBe(code)
  })

  it.each([
    ['critical', 'HIGH:3', 0, []],
    ['high', 'HIGH:3', 4, ['in production, its image has 3 high findings']],
    ['critical', 'CRITICAL:1,HIGH:3', 4, ['in production, its image has 1 critical finding']],
  ])('by the scan of the image (%s; found %s)', async (severity, findings, code, reasons) => {
    await putPolicy(shop, { ...freeze, severity })
    await ecrOf(shop).push({ tag: 'scanned', findings })
    await ecrOf(shop).scan('scanned')

    const ran = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=scanned', '--dry-run')

    expect(ran.code).toBe(code)
    expect((ran.document.policies ?? []).map(({ because }: { because: string }) => because)).toEqual(reasons)
  })

  it.each([
    ['high', 'its image was never scanned', 4],
    [undefined, 'no policy asks', 0],
  ])('by the scan of the image (severity %s: %s)', async (severity, _, code) => {
    await putPolicy(shop, {
      ...freeze,
      name: 'scan',
      ...(severity === undefined ? { processes: ['default'] } : { severity }),
    })

    const ran = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=one', '--dry-run')

    expect(ran.code).toBe(code)
  })

  it.each([
    ['git_ref=refs/heads/main', 0],
    ['git_ref=feature/x', 4],
    ['git_ref=', 4],
  ])('by the Git ref (%s)', async (ref, code) => {
    await putPolicy(shop, { name: 'main-only', effect: 'deny', exceptGitRefs: ['main'] })

    const ran = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=one', ref, '--dry-run')

    expect(ran.code).toBe(code)
  })

  it.each([
    ['an unknown condition', '{"name":"a","effect":"deny","weekday":"friday"}', /weekday: unknown key/],
    ['another effect', '{"name":"a","effect":"warn"}', /effect/],
    ['what is no JSON', 'name: a', /no JSON/],
    ['the name of another one', '{"name":"a","effect":"deny","processes":["default"]}', /its name is a/],
    [
      'approvers that match nobody',
      '{"name":"a","effect":"require_approval","approvers":["ada"]}',
      /approvers/,
    ],
  ])('never: with %s nothing goes through', async (_, value, why) => {
    await putRaw(shop, 'odd', value)

    const { code, document } = await shop.json('create', 'deploy', 'process=worker', 'docker_tag=one')

    expect(code).toBe(4)
    expect(document.error).toMatchObject({
      code: 'policy_unreadable',
      message: expect.stringMatching(why),
    })
    expect(document.error.message).toContain('/tapit/shop/policies/odd')
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })
})

describe('an image that is built first', { timeout: 60_000 }, () => {
  it('is not even built where its deployment needs an approval: that is given for an image', async () => {
    await putPolicy(shop, { name: 'senior', effect: 'require_approval', approvers: ['*:role/senior'] })

    const { build, ended } = imageDeploy(shop, { processes: ['worker'] })

    expect(await ended).toMatchObject({ code: 4, stderr: expect.stringMatching(/not built yet/) })
    expect(build.builds()).toBe(0)
  })

  it('is judged by its scan once it is there, and not deployed', async () => {
    await putPolicy(shop, { ...freeze, severity: 'critical' })

    const { code, stdout } = await imageDeploy(shop, { processes: ['worker'], output: 'json' }).ended

    expect(code).toBe(1)
    expect(JSON.parse(stdout).deployments).toMatchObject([
      { status: 'failed', failure: { message: expect.stringMatching(/no scan of its image is known/) } },
    ])
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })
})

describe('override=', { timeout: 60_000 }, () => {
  const deploy = ['create', 'deploy', 'process=worker', 'docker_tag=one', '--wait', '-o', 'json']

  it('goes past a policy that allows it, and says so loudly everywhere', async () => {
    await putPolicy(shop, { ...freeze, override: true })

    const { code, stdout, stderr } = await shop.start([...deploy, 'override=site is down'], asCaller('bob'))
      .ended
    const [deployment] = JSON.parse(stdout).deployments
    const shown = await shop.tapit('show', 'deploy', `id=${deployment.id}`)
    const audit = await shop.json('show', 'audit', `id=${deployment.id}`)

    expect(code).toBe(0)
    expect(audit.document.events).toContainEqual(
      expect.objectContaining({
        event: 'override',
        reason: 'site is down',
        caller: expect.stringContaining('role/bob/bob'),
      }),
    )
    expect(stderr).toMatch(/warning: bob\/bob goes past holiday-freeze \(override\): site is down/)
    expect(deployment.overridden).toMatchObject({
      policies: ['holiday-freeze'],
      by: expect.stringContaining('role/bob/bob'),
      reason: 'site is down',
    })
    expect(shown.stdout).toMatch(/bob\/bob went past holiday-freeze \(override\): site is down/)
  })

  it.each(['start', 'restart'])('goes past it for a %s too', async verb => {
    await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    if (verb === 'start') await shop.tapit('stop', 'process=worker', '--wait')
    await putPolicy(shop, { ...freeze, override: true })

    const held = await shop.json(verb, 'process=worker', '--wait')
    const past = await shop.json(verb, 'process=worker', 'override=site is down', '--wait')

    expect([held.code, past.code]).toEqual([4, 0])
    expect(past.document.deployments).toMatchObject([
      { status: 'finalized', overridden: { policies: ['holiday-freeze'], reason: 'site is down' } },
    ])
  })

  it('is told of a policy too that only the image meets once it is built', async () => {
    await putPolicy(shop, { ...freeze, name: 'scanned', severity: 'critical', override: true })

    const { code, stdout, stderr } = await imageDeploy(shop, {
      processes: ['worker'],
      output: 'json',
      override: 'site is down',
    }).ended

    const [{ id, overridden }] = JSON.parse(stdout).deployments
    const audit = await shop.json('show', 'audit', `id=${id}`)
    expect(code).toBe(0)
    expect(overridden).toMatchObject({ policies: ['scanned'], reason: 'site is down' })
    expect(stderr).toMatch(/goes past scanned \(override\): site is down/)
    expect(audit.document.events).toContainEqual(
      expect.objectContaining({
        event: 'override',
        reason: 'site is down',
        details: { policies: 'scanned' },
      }),
    )
  })

  it('needs a reason that says something', async () => {
    await putPolicy(shop, { ...freeze, override: true })

    const { code } = await shop.start([...deploy, 'override=  ']).ended

    expect(code).toBe(4)
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })

  it('is not said to be recorded by --dry-run, which records nothing', async () => {
    await putPolicy(shop, { ...freeze, override: true })

    const { code, stderr } = await shop.start([...deploy, 'override=site is down', '--dry-run']).ended

    expect([code, stderr]).toEqual([0, ''])
  })

  it('goes past no policy that does not, and says so', async () => {
    await putPolicy(shop, freeze)

    const { code, stderr } = await shop.start([...deploy, 'override=site is down']).ended

    expect(code).toBe(4)
    expect(stderr).toMatch(/warning: the policy holiday-freeze cannot be overridden/)
    expect(serviceDeployments(shop, 'worker')).toHaveLength(1)
  })
})
