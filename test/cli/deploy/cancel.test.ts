import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Shop, openShop } from '../../fakes/shop.ts'
import {
  before,
  deployOne,
  inFlight,
  pace,
  runningTags,
  serviceDeployments,
  tagService,
  until,
} from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  await shop.push({ tag: 'two' })
})
afterEach(() => shop.close())

describe('cancel deploy of several, too late for one of them', { timeout: 60_000 }, () => {
  it.each([
    ['', []],
    [' also with --wait', ['--wait']],
  ])('cancels the others, and names that one%s', async (_, flags) => {
    await deployOne(shop, 'worker', 'v1.2.3')
    tagService(shop, 'default', { 'tapit:strategy': 'canary' })
    tagService(shop, 'worker', { 'tapit:stay-running-seconds': '3600' })
    pace(shop, { minute: 3_600_000 })
    const running = shop.start(['create', 'deploy', 'process=default,worker', 'docker_tag=two', '--wait'])
    await until(shop, () => running.stderr().includes('so it is watched'))

    const { code, stdout, stderr } = await shop.start(['cancel', 'deploy', ...flags, '-o', 'json']).ended

    expect(code).toBe(1)
    expect(stderr).toMatch(
      /worker: warning: dep_\w+ of worker cannot be cancelled: it is finalizing\. To go back: tapit -a shop rollback process=worker/,
    )
    expect(JSON.parse(stdout).deployments).toMatchObject([
      { process: 'default', status: flags.length === 0 ? 'cancelling' : 'cancelled' },
      { process: 'worker', status: 'finalizing' },
    ])
    running.interrupt()
    await running.ended
  })
})

describe('cancel deploy, whose answer from ECS is lost', { timeout: 60_000 }, () => {
  it('looks whether it was heard', async () => {
    await inFlight(shop)
    shop.sandbox.faults.add({ operation: 'StopServiceDeployment', effect: 'lose-answer' })

    const { code, document } = await shop.json('cancel', 'deploy', '--wait')

    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([{ status: 'cancelled' }])
  })

  it('does not say that nothing has changed where that cannot be seen: it exits with 5', async () => {
    const { id } = await inFlight(shop)
    const { faults } = shop.sandbox
    before(shop, 'StopServiceDeployment', () => {
      faults.add({ operation: 'DescribeServiceDeployments', effect: { error: 500 } })
    })
    faults.add({ operation: 'StopServiceDeployment', effect: 'lose-answer' })

    const { code, document } = await shop.json('cancel', 'deploy')
    faults.clear()
    await until(shop, () => serviceDeployments(shop, 'default')[0]?.status === 'ROLLBACK_SUCCESSFUL')
    const shown = await shop.json('show', 'deploy', `id=${id}`)

    expect([code, document.error]).toMatchObject([5, { code: 'unanswered' }])
    expect(document.error.message).toContain('it may have heard')
    expect(shown.document.deployments).toMatchObject([{ status: 'cancelled' }])
  })
})

describe('continue deploy, whose answer from ECS is lost', { timeout: 60_000 }, () => {
  it('looks whether it was heard', async () => {
    await paused()
    shop.sandbox.faults.add({ operation: 'ContinueServiceDeployment', effect: 'lose-answer' })

    const { code } = await shop.json('continue', 'deploy', '--wait')

    expect(code).toBe(0)
    expect(runningTags(shop, 'default')).toEqual(['two'])
  })

  it('does not say that nothing has changed where that cannot be seen: it exits with 5', async () => {
    await paused()
    const { faults } = shop.sandbox
    faults.add({ operation: 'ContinueServiceDeployment', effect: { error: 500 } })

    const { code, document } = await shop.json('continue', 'deploy')

    expect([code, document.error]).toMatchObject([5, { code: 'unanswered' }])
  })
})

describe('cancel deploy of one that drains what ran before', { timeout: 60_000 }, () => {
  it('says that it is being cancelled, and offers no second time to', async () => {
    pace(shop, { stop: 600_000, deregistrationDelay: 600_000 })
    const { document } = await shop.json(
      'create',
      'deploy',
      'process=default',
      'docker_tag=two',
      'strategy=blue_green',
    )
    const id = document.deployments[0].id
    const offered = await shownWhile('draining previous', id)

    const { code, stdout, stderr } = await shop.tapit('cancel', 'deploy', `id=${id}`)
    const shown = await shop.tapit('show', 'deploy', `id=${id}`)

    expect(offered).toContain('cancel deploy')
    expect(code).toBe(0)
    expect(stderr).toContain('ECS takes default back to what ran before.')
    for (const text of [stdout, shown.stdout]) {
      expect(text).toContain('default is being cancelled')
      expect(text).not.toContain('cancel deploy')
    }
  })
})

/** A deployment that waits for a person before it gets any traffic. */
async function paused(): Promise<void> {
  await shop.json(
    'create',
    'deploy',
    'process=default',
    'docker_tag=two',
    'strategy=blue_green',
    'pause_before=switch',
  )
  await shownWhile('continue deploy', '')
}

/** What `show deploy` says once it says this. */
async function shownWhile(words: string, id: string): Promise<string> {
  const end = shop.clock.now() + 300_000
  while (shop.clock.now() < end) {
    const { stdout } = await shop.tapit('show', 'deploy', ...(id === '' ? [] : [`id=${id}`]))
    if (stdout.includes(words)) return stdout
    await shop.clock.sleep(1_000)
  }
  throw new Error(`it never said ${words}`)
}
