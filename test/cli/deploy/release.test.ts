import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../lib/names/clock.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { runningTags, until } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  releaseWith({ command: ['node', 'migrate.js'] })
})
afterEach(() => shop.close())

describe('the release command', { timeout: 60_000 }, () => {
  it('runs once, from the new image of default, before any process starts with it', async () => {
    await shop.push({ tag: 'two', once: { log: ['migrating', 'migrated'] } })

    const { code, stderr } = await shop.tapit('create', 'deploy', 'docker_tag=two', '--wait')

    const [release, ...more] = oneOffs()
    expect(code).toBe(0)
    expect(more).toEqual([])
    expect(release).toMatchObject({
      startedBy: expect.stringMatching(/^tapit-release\/dep_/),
      overrides: { containerOverrides: [{ name: 'default', command: ['node', 'migrate.js'] }] },
      containers: [{ image: expect.stringContaining('@sha256:'), exitCode: 0 }],
    })
    expect(startsOf('two').every(at => at >= (release?.executionStoppedAt ?? Infinity))).toBe(true)
    expect(startsOf('two')).toHaveLength(4)
    expect(stderr).toMatch(/default: running the release command: node migrate\.js \(task [0-9a-f]{8}\)/)
    expect(stderr).toMatch(/default: {3}migrating\n.*default: {3}migrated\n/)
    expect(revisionsOf('shop-default-RUN')).toEqual(['INACTIVE'])
  })

  it('fails every deployment of the group where it fails, and nothing is changed', async () => {
    await shop.push({ tag: 'two', once: { log: ['table is locked'], exitCode: 9 } })
    const before = structuredClone(shop.sandbox.world.state.ecs.latestRevisions)

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=two', '--wait')

    expect(code).toBe(1)
    expect(document.deployments).toHaveLength(3)
    expect(document.deployments).toMatchObject(
      document.deployments.map(() => ({
        status: 'failed',
        promotionStage: 'building',
        failure: {
          code: 'release_failed',
          advice: `Its log: tapit -a shop show logs deploy=${document.deployments[0].id} step=deploy`,
          message: expect.stringMatching(
            /^the release command exited with code 9, .* Nothing was deployed\.$/,
          ),
        },
      })),
    )
    const own = document.deployments.find((each: { process: string }) => each.process === 'default')
    expect(own.failure.evidence).toMatchObject([
      {
        container: 'default',
        exitCode: 9,
        log: { group: '/tapit/shop/default' },
        logLines: ['table is locked'],
      },
    ])
    expect(startsOf('two')).toEqual([])
    expect(shop.sandbox.world.state.ecs.latestRevisions).toEqual({ ...before, 'shop-default-RUN': 1 })
    expect((await shop.json('status')).document.processes).toMatchObject([
      { dockerTag: 'v1.2.2' },
      { dockerTag: 'v1.2.2' },
      { dockerTag: 'v1.2.2' },
    ])
  })

  it('frees the processes again where it failed, also without --wait', async () => {
    await shop.push({ tag: 'two', once: { exitCode: 1 } })
    await shop.push({ tag: 'three' })

    const failed = await shop.tapit('create', 'deploy', 'docker_tag=two')
    const next = await shop.tapit('create', 'deploy', 'docker_tag=three', '--wait')

    expect([failed.code, next.code]).toEqual([1, 0])
    expect(runningTags(shop, 'worker')).toEqual(['three'])
  })

  it('keeps what it logged in the log of the step', async () => {
    await shop.push({ tag: 'two', once: { log: ['table is locked'], exitCode: 9 } })
    const { document } = await shop.json('create', 'deploy', 'docker_tag=two', '--wait')
    const own = document.deployments.find((each: { process: string }) => each.process === 'default')

    const { stdout } = await shop.tapit('show', 'logs', `deploy=${own.id}`, 'step=deploy')

    expect(stdout).toContain('table is locked')
  })

  it('says why it never ran', async () => {
    await shop.push({ tag: 'two', behaviour: 'pull-error' })

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=two', '--wait')

    expect(code).toBe(1)
    expect(document.deployments[0].failure.message).toMatch(
      /^the release command never ran: CannotPullContainerError: .* Nothing was deployed\.$/,
    )
  })

  it('deploys nothing where it cannot be known any more what becomes of it', async () => {
    releaseWith({ command: ['sleep', '60'] })
    await shop.push({ tag: 'two' })
    const running = shop.start([
      'create',
      'deploy',
      'docker_tag=two',
      'process=worker',
      '--wait',
      '-o',
      'json',
    ])
    await until(shop, () => running.stderr().includes('running the release command'))
    shop.sandbox.faults.add({ operation: 'DescribeTasks', effect: 'deny' })

    const { code, stdout } = await running.ended

    expect(code).toBe(1)
    expect(JSON.parse(stdout).deployments[0].failure.message).toMatch(
      /^the release command may have run, or run still: the task [0-9a-f]{32} was started, .* Nothing was deployed\.$/,
    )
    expect(startsOf('two')).toEqual([])
  })

  it('has ten minutes', async () => {
    await shop.close()
    shop = await openShop({ speed: 200 })
    releaseWith({ command: ['sleep', '3600'] })
    await shop.push({ tag: 'two' })

    const { code, document } = await shop.json('create', 'deploy', 'docker_tag=two', '--wait')

    expect(code).toBe(1)
    expect(document.deployments[0].failure.message).toBe(
      'the release command was still running after 600 s, and was stopped. Nothing was deployed.',
    )
    expect(oneOffs()).toMatchObject([{ stopCode: 'UserInitiated' }])
  })

  it('is told of every minute while it says nothing', async () => {
    releaseWith({ command: ['sleep', '130'] })
    await shop.push({ tag: 'two' })

    const { stderr } = await shop.tapit('create', 'deploy', 'docker_tag=two', 'process=worker', '--wait')

    expect(
      stderr.match(/worker: still running the release command: sleep 130 .* \([12]:\d\d\)/g),
    ).toHaveLength(2)
  })

  it('is stopped with its command, and nothing is deployed', async () => {
    releaseWith({ command: ['sleep', '500'] })
    await shop.push({ tag: 'two' })
    const running = shop.start(['create', 'deploy', 'docker_tag=two', '--wait'])
    await until(shop, () => running.stderr().includes('running the release command'))
    running.interrupt()

    const { code } = await running.ended

    const { document } = await shop.json('show', 'deploy')
    expect(code).toBe(130)
    expect(document.deployments).toMatchObject([
      { status: 'cancelled' },
      { status: 'cancelled' },
      { status: 'cancelled' },
    ])
    expect(oneOffs()).toMatchObject([{ stoppedReason: 'tapit: its command was interrupted' }])
    expect(startsOf('two')).toEqual([])
  })

  it('is stopped when somebody cancels all that waits for it', async () => {
    releaseWith({ command: ['sleep', '500'] })
    await shop.push({ tag: 'two' })
    const running = shop.start(['create', 'deploy', 'docker_tag=two', '--wait'])
    await until(shop, () => running.stderr().includes('running the release command'))

    const cancelled = await shop.tapit('cancel', 'deploy', '--yes')
    const { code } = await running.ended

    expect([cancelled.code, code]).toEqual([0, 1])
    expect(oneOffs()).toMatchObject([{ stoppedReason: 'tapit: nobody waits for it any longer' }])
    expect(startsOf('two')).toEqual([])
  })

  it('leaves records that come to an end by themselves where its command dies while it runs', async () => {
    releaseWith({ command: ['sleep', '500'] })
    await shop.push({ tag: 'two' })
    await dies('running the release command', ['create', 'deploy', 'docker_tag=two', '--wait'])
    await shop.clock.sleep(30_000)

    const { document } = await shop.json('show', 'deploy')
    const next = await shop.tapit('create', 'deploy', 'docker_tag=v1.2.3', 'process=worker', '--dry-run')

    expect(document.deployments).toMatchObject([
      { status: 'failed' },
      { status: 'failed' },
      { status: 'failed' },
    ])
    expect(next.code).toBe(0)
    expect(startsOf('two')).toEqual([])
  })

  it('runs with the process that tapit.yml names, and not at all where that one is not deployed', async () => {
    releaseWith({ command: ['node', 'migrate.js'], process: 'worker' })
    await shop.push({ tag: 'two' })

    const without = await shop.tapit('create', 'deploy', 'docker_tag=two', 'process=scheduler', '--wait')
    const ranWithout = oneOffs().length
    const { code } = await shop.tapit('create', 'deploy', 'docker_tag=two', 'process=worker', '--wait')

    expect([without.code, ranWithout, code]).toEqual([0, 0, 0])
    expect(without.stderr).toContain(
      'the release command runs with worker, which is not deployed now: it does not run.',
    )
    expect(oneOffs()).toMatchObject([{ overrides: { containerOverrides: [{ name: 'worker' }] } }])
  })

  it('is not run again by a rollback, nor by a dry run', async () => {
    await shop.push({ tag: 'one' })
    await shop.push({ tag: 'two' })
    await shop.tapit('create', 'deploy', 'docker_tag=one', 'process=worker', '--wait')
    await shop.tapit('create', 'deploy', 'docker_tag=two', 'process=worker', '--wait')

    await shop.tapit('create', 'deploy', 'docker_tag=one', 'process=worker', '--dry-run')
    const { code } = await shop.tapit('rollback', 'process=worker', '--yes', '--wait')

    expect(code).toBe(0)
    expect(oneOffs()).toHaveLength(2)
  })

  it.each(['{', '{}', '{"command":[]}', '{"command":["x"],"when":"always"}'])(
    'refuses to deploy where it cannot be read: %s',
    async text => {
      put(text)

      const { code, document } = await shop.json('create', 'deploy', 'docker_tag=v1.2.3')

      expect({ code, error: document.error.code }).toEqual({ code: 3, error: 'bad_release' })
    },
  )
})

function releaseWith(release: { readonly command: readonly string[]; readonly process?: string }): void {
  put(JSON.stringify(release))
}

function put(value: string): void {
  shop.sandbox.world.state.ssm.parameters['/tapit/shop/release'] = {
    name: '/tapit/shop/release',
    type: 'String',
    value,
    version: 1,
    modifiedAt: shop.clock.now(),
    tier: 'Standard',
    dataType: 'text',
    tags: {},
  }
}

function oneOffs() {
  return Object.values(shop.sandbox.world.state.ecs.tasks).filter(
    ({ serviceArn }) => serviceArn === undefined,
  )
}

/** When tasks of services were made with an image. */
function startsOf(tag: string): readonly number[] {
  const { ecr, ecs } = shop.sandbox.world.state
  const digest = ecr.repositories['shop']?.images.find(({ tags }) => tags.includes(tag))?.digest ?? 'none'
  return Object.values(ecs.tasks)
    .filter(({ serviceArn, containers }) => serviceArn !== undefined && containers[0]?.image.endsWith(digest))
    .map(({ createdAt }) => createdAt)
}

function revisionsOf(family: string): readonly string[] {
  return Object.values(shop.sandbox.world.state.ecs.taskDefinitions)
    .filter(each => each.family === family)
    .map(({ status }) => status)
}

/** A command that dies once it has said something: it never wakes again. */
async function dies(said: string, argv: readonly string[]): Promise<void> {
  let isDead = false
  const never = new Promise<void>(() => {})
  const clock: Clock = {
    now: () => shop.clock.now(),
    sleep: (...wait) => (isDead ? never : shop.clock.sleep(...wait).then(() => (isDead ? never : undefined))),
  }
  const running = shop.start(argv, { TAPIT_LEASE_SECONDS: '10' }, clock)
  await until(shop, () => running.stderr().includes(said))
  isDead = true
}
