import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Io } from '../../../lib/cli/io.ts'
import { type Run, type Shop, openShop } from '../../fakes/shop.ts'
import { temporaryFolder } from '../../init/temporary-folder.ts'
import { runIn } from '../images/run-in.ts'
import { dockerTag as builtTag, forget, gitHash, imageDeploy, source } from './image-deploy.ts'
import { as, putPolicy } from './policies.ts'
import { pace, runningTags, serviceDeployments, tagService, until } from './scenes.ts'

const tapitYml = `app: shop
environments:
  eu: { account: "123456789012", region: eu-west-1, profile: eu, cluster: shop }
  us: { account: "444455556666", region: us-east-1, profile: us, cluster: shop }
groups:
  everywhere: [eu, us]
processes:
  default: { kind: web }
  worker: {}
  scheduler: {}
`

let eu: Shop
let us: Shop
let folder: string
beforeEach(async () => {
  eu = await openShop({ place: { account: '123456789012', region: 'eu-west-1' } })
  us = await openShop({ place: { account: '444455556666', region: 'us-east-1' }, clock: eu.clock })
  folder = temporaryFolder({ 'tapit.yml': tapitYml })
  for (const shop of [eu, us]) for (const tag of ['one', 'two']) await shop.push({ tag })
})
afterEach(async () => {
  delete process.env['AWS_CONFIG_FILE']
  await Promise.all([eu.close(), us.close()])
})

describe('create deploy apps=', { timeout: 90_000 }, () => {
  it('deploys to both, each in its own account and region, under one group', async () => {
    const { code, document, stderr } = await json(...worker('everywhere', 'one'), '--wait')

    expect(code).toBe(0)
    expect(document.group).toMatchObject({
      status: 'finalized',
      apps: [
        { app: 'shop', region: 'eu-west-1', account: '123456789012' },
        { app: 'shop', region: 'us-east-1', account: '444455556666' },
      ],
    })
    expect(document.deployments).toMatchObject([
      { process: 'worker', region: 'eu-west-1', status: 'finalized', isActive: true },
      { process: 'worker', region: 'us-east-1', status: 'finalized', isActive: true },
    ])
    expect(document.deployments.map(({ groupId }: any) => groupId)).toEqual([
      document.group.id,
      document.group.id,
    ])
    expect(stderr).toContain('to shop@eu-west-1/worker and shop@us-east-1/worker')
    expect([...runningTags(eu, 'worker'), ...runningTags(us, 'worker')]).toEqual(['one', 'one'])
  })

  it('goes on in the other where one fails, and exits as one that failed', async () => {
    await us.push({ tag: 'two', behaviour: 'crash' })

    const { code, stdout, stderr } = await tapit(...worker('eu,us', 'two'), '--wait')

    expect(code).toBe(1)
    expect(stdout).toMatch(/shop@eu-west-1\/worker +active/)
    expect(stdout).toMatch(/shop@us-east-1\/worker +rolled back/)
    expect(stderr).toMatch(/shop@us-east-1\/worker: /)
    expect([...runningTags(eu, 'worker'), ...runningTags(us, 'worker')]).toEqual(['two', 'v1.2.2'])
  })

  it('goes on in the other where one breaks off after all were planned, and says why', async () => {
    us.sandbox.faults.add({ operation: 'PutItem', effect: 'deny' })

    const { code, document } = await json(...worker('everywhere', 'one'), '--wait')

    expect(code).toBe(1)
    expect(document.deployments).toMatchObject([{ region: 'eu-west-1', status: 'finalized' }])
    expect(document.group.apps).toMatchObject([
      { region: 'eu-west-1' },
      { region: 'us-east-1', error: { code: 'access_denied' } },
    ])
    expect(updates()).toEqual([1, 0])
    // What was never written there is known from the other.
    const shown = await json('-e', 'eu', 'show', 'group')
    expect(shown.document.group).toMatchObject({ status: 'finalized', missing: [expect.any(String)] })
  })

  it('ends its watching at Ctrl-C in all of them; show group --wait takes it up again', async () => {
    const interrupt = new AbortController()
    for (const shop of [eu, us]) pace(shop, { pull: 60_000 })
    const going = interrupted(interrupt.signal, ...worker('everywhere', 'one'), '--wait')
    await until(eu, () =>
      [eu, us].every(shop => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS'),
    )
    interrupt.abort()

    const { code, stderr } = await going
    const [, id] = /tapit -a shop@eu-west-1 show group id=(grp_\w+)/.exec(stderr) ?? []
    const again = await json('show', 'group', `id=${id}`, '--wait')

    expect(code).toBe(130)
    expect(again.code).toBe(0)
    expect(again.document.deployments).toMatchObject([{ status: 'finalized' }, { status: 'finalized' }])
  })

  it('tells a step of GitHub Actions of all of them', async () => {
    const written = new Map<string, string>()
    const append: Io['append'] = async (path, text) => {
      written.set(path, `${written.get(path) ?? ''}${text}`)
    }
    const actions = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: 'summary' }

    const { code } = await runIn(
      eu,
      folder,
      [...worker('everywhere', 'one'), '--wait'],
      { ...shell({}), ...actions },
      { append },
    )

    expect(code).toBe(0)
    expect(written.get('output')).toMatch(/grp_/)
    expect(written.get('summary')).toContain('shop&#64;us-east-1/worker')
  })

  it('without --wait says how to see and to cancel all of it', async () => {
    const { code, stderr } = await tapit(...worker('everywhere', 'one'))

    expect(code).toBe(0)
    expect(stderr).toMatch(/tapit -a shop@eu-west-1 show group id=grp_\w+/)
    expect(stderr).toMatch(/tapit -a shop@eu-west-1 cancel deploy group=grp_\w+/)
  })

  it('of one app is a group of one, called by its name alone', async () => {
    const { code, document, stderr } = await json(...worker('us', 'one'), '--wait')

    expect(code).toBe(0)
    expect(document.group.apps).toEqual([{ app: 'shop', region: 'us-east-1', account: '444455556666' }])
    expect(stderr).toContain('worker: ')
    expect(stderr).not.toContain('shop@')
    expect(runningTags(eu, 'worker')).toEqual(['v1.2.2'])
  })

  it('shows what would change in each with --dry-run, and does nothing', async () => {
    const { code, document } = await json(...worker('everywhere', 'one'), '--dry-run')
    const { stdout } = await tapit(...worker('everywhere', 'one'), '--dry-run')

    expect(code).toBe(0)
    expect(document.apps).toMatchObject([{ isDryRun: true, isPossible: true }, { isDryRun: true }])
    expect(stdout).toMatch(/^shop@eu-west-1 /m)
    expect(stdout).toMatch(/^shop@us-east-1 /m)
    expect(updates()).toEqual([0, 0])
  })
})

describe('create deploy apps= of an app that tapit.yml does not name', { timeout: 90_000 }, () => {
  it('works in the region of tapit.yml, as the command itself does, unless the shell says another', async () => {
    writeFileSync(join(folder, 'tapit.yml'), 'app: admin\nregion: eu-west-1\nprocesses: { default: }\n')
    const inEurope = {
      AWS_ENDPOINT_URL: eu.url,
      AWS_ACCESS_KEY_ID: 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    }
    const inAmerica = { ...inEurope, AWS_ENDPOINT_URL: us.url, AWS_REGION: 'us-east-1' }
    const dryRun = [...worker('shop', 'one'), '--dry-run']

    const asTheFileSays = await tapit.with(inEurope, ...dryRun)
    const asTheShellSays = await tapit.with(inAmerica, ...dryRun)

    expect([asTheFileSays.stderr, asTheShellSays.stderr]).toEqual(['', ''])
    expect([asTheFileSays.code, asTheShellSays.code]).toEqual([0, 0])
  })
})

describe('create deploy apps= starts nothing anywhere', { timeout: 90_000 }, () => {
  it('where one of them has no such image', async () => {
    await eu.push({ tag: 'only-here' })

    const { code, document } = await json(...worker('everywhere', 'only-here'), '--wait')

    expect([code, document.error.code]).toEqual([3, 'image_not_found'])
    expect(document.error.message).toMatch(/^shop@us-east-1: /)
    expect(document.error.advice).toContain('tapit create deploy apps=eu docker_tag=only-here process=worker')
    expect([...updates(), ...(await groups())]).toEqual([0, 0, 3, 3])
  })

  it('where one of them cannot be reached', async () => {
    const { code, stderr } = await tapit.elsewhere(
      { us: await closedPort() },
      ...worker('everywhere', 'one'),
      '--wait',
    )

    expect(code).toBe(3)
    expect(stderr).toMatch(/us: .*(ECONNREFUSED|cannot be reached)/)
    expect(stderr).toContain('Nothing was deployed to any of the apps.')
    expect(stderr).toContain('tapit create deploy apps=eu docker_tag=one process=worker')
    expect(updates()).toEqual([0, 0])
  })

  it.each([
    ['in another account than tapit.yml says', ['444455556666', '777788889999'], 'wrong_account', 'us: '],
    ['not there', ['us-east-1, profile: us, cluster: shop', 'us-east-1, profile: us'], 'unknown_app', 'us: '],
  ])('where one of them is %s', async (_, [said = '', other = ''], error, message) => {
    writeFileSync(join(folder, 'tapit.yml'), tapitYml.replace(said, other))

    const { code, document } = await json(...worker('everywhere', 'one'), '--wait')

    expect([code, document.error.code]).toEqual([3, error])
    expect(document.error.message.startsWith(message)).toBe(true)
    expect(updates()).toEqual([0, 0])
  })

  it('where two of them are the same app', async () => {
    writeFileSync(
      join(folder, 'tapit.yml'),
      tapitYml.replace('"444455556666", region: us-east-1', '"123456789012", region: eu-west-1'),
    )

    const { code, document } = await json.elsewhere({ us: eu.url }, ...worker('everywhere', 'one'))

    expect([code, document.error.code]).toEqual([2, 'app_named_twice'])
    expect(document.error.message).toMatch(/^eu and us are the same app: shop in eu-west-1/)
  })

  it.each([
    ['what is no name', 'apps=eu,sh op', 'bad_app'],
    ['nothing', 'apps=', 'empty_value'],
    ['a cluster that two environments have', 'apps=shop', 'ambiguous_app'],
  ])('of %s', async (_, apps, error) => {
    const { code, document } = await json('create', 'deploy', apps, 'docker_tag=one')

    expect([code, document.error.code]).toEqual([2, error])
  })

  it('with -a or -e beside it', async () => {
    const { code } = await json('-e', 'eu', 'create', 'deploy', 'apps=us')

    expect(code).toBe(2)
  })
})

describe('policies of the apps of a group', { timeout: 90_000 }, () => {
  it('that deny one of them keep all from starting; only there it is recorded', async () => {
    await putPolicy(us, { name: 'freeze', effect: 'deny', environments: ['production'] })

    const { code, document } = await json(...worker('everywhere', 'one'), '--wait')

    expect(code).toBe(4)
    expect(document.group).toMatchObject({
      status: 'creating_approval_denied',
      apps: [{ region: 'eu-west-1', error: { code: 'not_started' } }, { region: 'us-east-1' }],
    })
    expect(document.deployments).toMatchObject([{ region: 'us-east-1', status: 'creating_approval_denied' }])
    expect([...updates(), ...(await groups())]).toEqual([0, 0, 3, 0])
  })

  it('that ask for an approval of one hold that one alone', async () => {
    await putPolicy(us, {
      name: 'senior',
      effect: 'require_approval',
      environments: ['production'],
      approvers: ['*:role/senior'],
    })

    const { code, document } = await json(...worker('everywhere', 'one'))
    const id = document.deployments[1].id
    await as(us, 'senior/ada', 'approve', 'deploy', `id=${id}`)
    const executed = await as(us, 'senior/ada', 'execute', 'deploy', `id=${id}`, '--wait')
    const shown = await json('show', 'group', `id=${document.group.id}`, '--wait')

    expect([code, document.deployments[1].status]).toEqual([4, 'creating_approval'])
    expect([executed.code, shown.code]).toEqual([0, 0])
    expect(shown.document.deployments).toMatchObject([
      { region: 'eu-west-1', status: 'finalized' },
      { region: 'us-east-1', id, status: 'finalized', approval: 'approved' },
    ])
  })
})

describe('show group', { timeout: 90_000 }, () => {
  it('is seen from any of its apps, and from tapit.yml alone', async () => {
    const { document } = await json(...worker('everywhere', 'one'), '--wait')
    const { id } = document.group

    const shown = await Promise.all([
      json('show', 'group', `id=${id}`),
      json('-e', 'us', 'show', 'group', `id=${id}`),
      json('-a', 'shop@eu-west-1', 'show', 'group'),
    ])

    for (const each of shown) {
      expect(each.document.group).toMatchObject({ id, status: 'finalized' })
      expect(each.document.deployments.map(({ region }: any) => region)).toEqual(['eu-west-1', 'us-east-1'])
    }
  })

  it('lists what cannot be reached as unknown, with the reason', async () => {
    const { document } = await json(...worker('everywhere', 'one'), '--wait')
    const elsewhere = { us: await closedPort() }

    const shown = await json.elsewhere(elsewhere, '-e', 'eu', 'show', 'group')
    const { stdout } = await tapit.elsewhere(elsewhere, '-e', 'eu', 'show', 'group')

    expect(shown.code).toBe(0)
    expect(shown.document.group.status).toBeUndefined()
    expect(shown.document.group.apps[1]).toMatchObject({
      region: 'us-east-1',
      unknown: [{ process: 'worker', id: document.deployments[1].id }],
      error: { message: expect.any(String) },
    })
    expect(stdout).toMatch(/state unknown: shop@us-east-1\/worker \(dep_\w+\)/)
  })

  it('names each process with its app while it waits, also where only one of them can be reached', async () => {
    const { id } = await underWay()
    const elsewhere = { us: await closedPort() }

    const { stderr } = await tapit.elsewhere(elsewhere, '-e', 'eu', 'show', 'group', `id=${id}`, '--wait')

    expect(stderr).toMatch(/ shop@eu-west-1\/worker: active/)
    expect(stderr).not.toMatch(/ worker: /)
  })

  it('is said of where show deploy shows one app of it', async () => {
    const { document } = await json(...worker('everywhere', 'one'), '--wait')
    const { id } = document.group

    const { stdout } = await tapit('-e', 'us', 'show', 'deploy', `id=${id}`)

    expect(stdout).toContain(`show group id=${id}`)
    const own = await json('-e', 'us', 'show', 'deploy', `id=${id}`)
    expect(own.document.deployments).toHaveLength(1)
    expect(own.document.group.apps).toHaveLength(2)
  })
})

describe('cancel deploy group=', { timeout: 90_000 }, () => {
  it('cancels it in all apps while all of it is running', async () => {
    const { id } = await underWay()

    const { code, document } = await json('cancel', 'deploy', `group=${id}`, '--wait')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }])
    expect([...runningTags(eu, 'worker'), ...runningTags(us, 'worker')]).toEqual(['v1.2.2', 'v1.2.2'])
  })

  it('names each process with its app from the first line on', async () => {
    const { id } = await underWay()

    const { stderr } = await tapit('cancel', 'deploy', `group=${id}`, '--wait')

    expect(stderr).toMatch(/ shop@eu-west-1\/worker: being cancelled/)
    expect(stderr).toMatch(/ shop@us-east-1\/worker: being cancelled/)
    expect(stderr).not.toMatch(/ worker: /)
  })

  it('cancels nothing where one has come to its end; each can be cancelled by itself', async () => {
    const { id, members } = await underWay()
    await tapit('-e', 'us', 'cancel', 'deploy', `id=${members[1]}`, '--wait')

    const refused = await json('cancel', 'deploy', `group=${id}`)
    const one = await tapit('-e', 'eu', 'cancel', 'deploy', `id=${members[0]}`, '--wait')

    expect([refused.code, refused.document.error.code]).toEqual([3, 'group_not_running'])
    expect(refused.document.error.message).toContain(`shop@us-east-1/worker (${members[1]}) is cancelled`)
    expect(refused.document.error.advice).toContain(`tapit -a shop@eu-west-1 cancel deploy id=${members[0]}`)
    expect(one.code).toBe(0)
  })

  it('advises no rollback of what has gone back already', async () => {
    const { id } = await underWay()
    await tapit('cancel', 'deploy', `group=${id}`, '--wait')

    const { code, document } = await json('cancel', 'deploy', `group=${id}`)

    expect([code, document.error.code]).toEqual([3, 'group_not_running'])
    expect(document.error.advice).toBe(
      `Nothing of it is left to go back from: tapit -a shop@eu-west-1 show group id=${id} shows how it ended.`,
    )
  })

  it('cancels nothing where one cannot be reached', async () => {
    const { id } = await underWay()

    const { code, document } = await json.elsewhere(
      { us: await closedPort() },
      'cancel',
      'deploy',
      `group=${id}`,
    )

    expect([code, document.error.code]).toEqual([3, 'group_unknown'])
    expect(eu.sandbox.faults.count('StopServiceDeployment')).toBe(0)
  })

  it('is refused beside id= and process=', async () => {
    const { code } = await json('cancel', 'deploy', 'group=grp_1', 'process=worker')

    expect(code).toBe(2)
  })
})

describe('rollback group=', { timeout: 90_000 }, () => {
  it('brings back what was live before in all apps, as one group again', async () => {
    await json(...worker('everywhere', 'one'), '--wait')
    const { document } = await json(...worker('everywhere', 'two'), '--wait')

    const rolled = await json('rollback', `group=${document.group.id}`, '--wait')

    expect(rolled.code).toBe(0)
    expect(rolled.document.deployments).toMatchObject([
      { trigger: 'rollback', region: 'eu-west-1', dockerTag: 'one', groupId: rolled.document.group.id },
      { trigger: 'rollback', region: 'us-east-1', dockerTag: 'one', groupId: rolled.document.group.id },
    ])
    expect([...runningTags(eu, 'worker'), ...runningTags(us, 'worker')]).toEqual(['one', 'one'])
  })

  it('leaves alone what has moved on since, and stops what is under way', async () => {
    await json(...worker('everywhere', 'one'), '--wait')
    const { document } = await json(...worker('everywhere', 'two'), '--wait')
    await json('-e', 'us', 'create', 'deploy', 'process=worker', 'docker_tag=v1.2.3', '--wait')

    const { code } = await json('rollback', `group=${document.group.id}`, '--wait')

    expect(code).toBe(0)
    expect([...runningTags(eu, 'worker'), ...runningTags(us, 'worker')]).toEqual(['one', 'v1.2.3'])
  })

  it('says with --dry-run what would be stopped where it is still on its way, and stops nothing', async () => {
    const { id, members } = await underWay()

    const { code, document } = await json('rollback', `group=${id}`, '--dry-run')
    const { stdout } = await tapit('rollback', `group=${id}`, '--dry-run')

    expect(code).toBe(0)
    expect(document.apps).toMatchObject(
      members.map(member => ({ processes: [{ process: 'worker', action: 'stop_deployment', id: member }] })),
    )
    for (const member of members) expect(stdout).toContain(`stops one (${member})`)
    expect([eu, us].map(({ sandbox }) => sandbox.faults.count('StopServiceDeployment'))).toEqual([0, 0])
  })

  it('changes nothing where one of them has nothing to go back to', async () => {
    await json('-e', 'eu', 'create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const { document } = await json(...worker('everywhere', 'two'), '--wait')
    const before = updates()

    const { code, document: refused } = await json('rollback', `group=${document.group.id}`, '--wait')

    expect([code, refused.error.code]).toEqual([3, 'nothing_to_go_back_to'])
    expect(refused.error.message).toMatch(/^shop@us-east-1: /)
    expect(updates()).toEqual(before)
  })

  it('changes nothing where an image of one of them is gone and cannot be built again, and names it', async () => {
    await json(...worker('everywhere', 'one'), `git_hash=${gitHash}`, '--wait')
    const { document } = await json(...worker('everywhere', 'two'), '--wait')
    forget(us, 'one')
    const before = updates()

    const { code, document: refused } = await json('rollback', `group=${document.group.id}`, '--wait')

    expect([code, refused.error.code]).toEqual([3, 'cannot_rebuild'])
    expect(refused.error.message).toBe(
      'shop@us-east-1: worker: the image one is gone, and cannot be built again: its deployment knows the commit, 4be1a77c0ffee123, but not of which repository.',
    )
    expect(refused.error.advice).toContain(`source=URL ref=${gitHash}`)
    expect(updates()).toEqual(before)
  })

  it('says what would be built again where an image is gone, and changes nothing where there is nothing to build with', async () => {
    writeFileSync(join(folder, 'tapit.yml'), `${tapitYml}build: { source: "${source}" }\n`)
    await imageDeploy(eu, { processes: ['worker'] }).ended
    await json('-e', 'us', 'create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const { document } = await json(...worker('everywhere', 'two'), '--wait')
    forget(eu, builtTag)
    const before = updates()

    const dry = await tapit('rollback', `group=${document.group.id}`, '--dry-run')
    const { code, stderr } = await tapit.with({ PATH: folder }, 'rollback', `group=${document.group.id}`)

    expect(dry.code).toBe(0)
    expect(dry.stdout + dry.stderr).toContain(`it is built again from ${source} at ${gitHash.slice(0, 16)}`)
    expect(code).toBe(3)
    expect(stderr).toMatch(/shop@eu-west-1: there is no `docker` on this machine/)
    expect(updates()).toEqual(before)
  })

  it('of one that cannot be reached everywhere names what goes back in each of the others, and no process besides', async () => {
    await json(...worker('everywhere', 'one'), '--wait')
    const { document } = await json(...worker('everywhere', 'two'), '--wait')

    const { code, document: refused } = await json.elsewhere(
      { us: await closedPort() },
      'rollback',
      `group=${document.group.id}`,
    )

    expect([code, refused.error.code]).toEqual([3, 'group_unknown'])
    expect(refused.error.advice).toMatch(/: tapit -a shop@eu-west-1 rollback process=worker$/m)
  })

  it('is refused while the group is finalizing', async () => {
    for (const shop of [eu, us]) tagService(shop, 'worker', { 'tapit:stay-running-seconds': '100' })
    const going = json(...worker('everywhere', 'one'), '--wait')
    const id = await whileFinalizing()

    const { code, document } = await json('rollback', `group=${id}`)

    expect([code, document.error.code]).toEqual([3, 'group_finalizing'])
    expect((await going).code).toBe(0)
  })

  it('of a group of one app is refused while that finalizes, too', async () => {
    tagService(eu, 'worker', { 'tapit:stay-running-seconds': '100' })
    const going = json('-e', 'eu', 'create', 'deploy', 'process=worker', 'docker_tag=one', '--wait')
    const id = await whileFinalizing()

    const { code, document } = await json('-e', 'eu', 'rollback', `group=${id}`)

    expect([code, document.error.code]).toEqual([3, 'group_finalizing'])
    expect((await going).code).toBe(0)
  })
})

/** The id of the newest group, as soon as it is finalizing. */
async function whileFinalizing(): Promise<string> {
  const end = eu.clock.now() + 150_000
  while (eu.clock.now() < end) {
    const { document } = await json('-e', 'eu', 'show', 'group')
    if (document.group?.status === 'finalizing') return document.group.id
  }
  throw new Error('it never was finalizing')
}

/** A deployment in both apps that takes its time. */
async function underWay(): Promise<{ readonly id: string; readonly members: readonly string[] }> {
  for (const shop of [eu, us]) pace(shop, { pull: 600_000 })
  const { document } = await json(...worker('everywhere', 'one'))
  await until(eu, () =>
    [eu, us].every(shop => serviceDeployments(shop, 'worker')[0]?.status === 'IN_PROGRESS'),
  )
  return { id: document.group.id, members: document.deployments.map(({ id }: any) => id) }
}

function worker(apps: string, tag: string): readonly string[] {
  return ['create', 'deploy', `apps=${apps}`, 'process=worker', `docker_tag=${tag}`]
}

/** How often ECS was asked to change a service. */
function updates(): readonly number[] {
  return [eu, us].map(({ sandbox }) => sandbox.faults.count('UpdateService'))
}

/** What `list deploys` exits with: 0 or 3. */
async function groups(): Promise<readonly number[]> {
  const answers = [await json('-e', 'eu', 'show', 'group'), await json('-e', 'us', 'show', 'group')]
  return answers.map(({ code }) => code)
}

/** Where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

type Urls = { readonly eu?: string; readonly us?: string }
type Answer = { readonly code: number; readonly document: any; readonly stderr: string }

async function json(...argv: readonly string[]): Promise<Answer> {
  return json.elsewhere({}, ...argv)
}
json.elsewhere = async (urls: Urls, ...argv: readonly string[]): Promise<Answer> => {
  const { code, stdout, stderr } = await tapit.elsewhere(urls, ...argv, '-o', 'json')
  return { code, stderr, document: JSON.parse(stdout) }
}

/** In the folder of tapit.yml, with two profiles and nothing else that says where AWS is. */
async function tapit(...argv: readonly string[]): Promise<Run> {
  return tapit.elsewhere({}, ...argv)
}
tapit.elsewhere = (urls: Urls, ...argv: readonly string[]): Promise<Run> =>
  runIn(eu, folder, argv, shell(urls))

tapit.with = (more: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Run> =>
  runIn(eu, folder, argv, { ...shell({}), ...more })

function interrupted(signal: AbortSignal, ...argv: readonly string[]): Promise<Run> {
  return runIn(eu, folder, argv, shell({}), {
    onInterrupt: listener => {
      signal.addEventListener('abort', listener)
      return () => signal.removeEventListener('abort', listener)
    },
  })
}

function shell(urls: Urls): Record<string, string> {
  mkdirSync(join(folder, 'aws'), { recursive: true })
  const config = join(folder, 'aws', `config-${urls.eu ?? ''}${urls.us ?? ''}`.replaceAll(/\W/g, '-'))
  const profile = (name: string, { url }: { readonly url: string }): string =>
    `[profile ${name}]\nendpoint_url = ${url}\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n`
  writeFileSync(config, profile('eu', { url: urls.eu ?? eu.url }) + profile('us', { url: urls.us ?? us.url }))
  process.env['AWS_CONFIG_FILE'] = config
  return {
    AWS_ENDPOINT_URL: '',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_REGION: '',
    TAPIT_APP: '',
    // Known to the SDK by its own environment.
    AWS_CONFIG_FILE: config,
  }
}
