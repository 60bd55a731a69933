import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Running, type Shop, openShop } from '../../fakes/shop.ts'
import { deployOne, inFlight, runningTags, show, tagService, until } from './scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
  for (const tag of ['one', 'two']) await shop.push({ tag })
})
afterEach(() => shop.close())

describe('a rollback of what is in flight', { timeout: 60_000 }, () => {
  it('with --dry-run says what would be stopped, and stops nothing', async () => {
    const { id, groupId } = await inFlight(shop)

    const { code, stdout } = await shop.tapit('rollback', 'process=default', '--dry-run')
    const told = await shop.json('rollback', 'process=default', '--dry-run')
    const ofGroup = await shop.json('rollback', `group=${groupId}`, '--dry-run')

    expect([code, told.code, ofGroup.code]).toEqual([0, 0, 0])
    expect(stdout).toMatch(new RegExp(`default +stops two \\(${id}\\); .* runs again`))
    expect(stdout).toContain('Nothing was changed.')
    for (const { document } of [told, ofGroup])
      expect(document).toMatchObject({
        isDryRun: true,
        environment: 'production',
        processes: [{ process: 'default', action: 'stop_deployment', id, dockerTag: 'two' }],
      })
    expect(shop.sandbox.faults.count('StopServiceDeployment')).toBe(0)
  })

  it('asks at a terminal, and stops nothing at a no', async () => {
    const { id } = await inFlight(shop)

    const { code, stderr } = await shop.answering('n', 'rollback', 'process=default')

    expect(code).toBe(3)
    expect(stderr).toContain(`stops two (${id})`)
    expect(shop.sandbox.faults.count('StopServiceDeployment')).toBe(0)
  })

  it('waits for all of them with --wait: what goes back and what is brought back', async () => {
    await deployOne(shop, 'worker', 'one')
    await deployOne(shop, 'worker', 'two')
    await inFlight(shop)

    const { code, stdout, stderr } = await shop.start([
      'rollback',
      'process=default,worker',
      '--wait',
      '-o',
      'json',
    ]).ended

    expect(code).toBe(0)
    expect(stderr).not.toContain('Not waiting')
    expect(JSON.parse(stdout).deployments).toMatchObject([
      { process: 'worker', dockerTag: 'one', status: 'finalized' },
      { process: 'default', dockerTag: 'two', status: 'cancelled' },
    ])
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('says once that it does not wait, of all of them', async () => {
    await deployOne(shop, 'worker', 'one')
    await deployOne(shop, 'worker', 'two')
    await inFlight(shop)

    const { code, stderr } = await shop.tapit('rollback', 'process=default,worker')

    expect(code).toBe(0)
    expect(stderr.match(/Not waiting/g)).toHaveLength(1)
    expect(stderr).toContain('ECS takes default back to what ran before.')
    expect(stderr).toContain('ECS goes on with worker')
  })

  it('stops nothing where another process refuses its deployment', async () => {
    await deployOne(shop, 'worker', 'one')
    await deployOne(shop, 'worker', 'two')
    await inFlight(shop)
    tagService(shop, 'worker', { 'tapit:stay-running-seconds': 'long' })

    const { code, document } = await shop.json('rollback', 'process=default,worker', '--wait')

    expect([code, document.error.code]).toEqual([3, 'bad_tag'])
    expect(shop.sandbox.faults.count('StopServiceDeployment')).toBe(0)
  })
})

describe('a rollback of what is only watched any more', { timeout: 60_000 }, () => {
  it('brings back what was live before it, as of anything that is live', async () => {
    const { deployment: one } = await deployOne(shop, 'worker', 'one')
    const watched = await whileWatched('two')

    const shown = await shop.tapit('show', 'deploy', `id=${watched.id}`)
    const dry = await shop.tapit('rollback', 'process=worker', '--dry-run')
    const { code, document } = await shop.json('rollback', 'process=worker')

    expect(shown.stdout).toMatch(/go back: +tapit -a shop rollback process=worker/)
    expect(shown.stdout).not.toContain('cancel deploy')
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/\(two\) → .*\(one\)/)])
    expect(code).toBe(0)
    expect(document.deployments).toMatchObject([{ trigger: 'rollback', restores: one.id, dockerTag: 'one' }])
    // What it moves away from was live, and is no longer anybody's to watch.
    expect(await show(shop, watched.id)).toMatchObject({ status: 'finalized', isActive: true })
    watched.running.interrupt()
    await watched.running.ended
    await until(shop, () => runningTags(shop, 'worker').join() === 'one')
  })

  it('does not call active what it would go back to', async () => {
    const { deployment: one } = await deployOne(shop, 'worker', 'one')
    const watched = await whileWatched('two')

    const { code, document } = await shop.json('rollback', `to=${one.id}`, '--dry-run')
    const own = await shop.json('rollback', `to=${watched.id}`)

    expect([code, document.processes?.[0]?.dockerTag]).toEqual([0, 'one'])
    expect(own.document.error).toMatchObject({ code: 'active_already' })
    watched.running.interrupt()
    await watched.running.ended
  })
})

describe('a rollback of a deploy that was tried again', { timeout: 60_000 }, () => {
  it('goes back to another version, and says what it leaves out', async () => {
    await deployOne(shop, 'worker', 'one')
    const { deployment: first } = await deployOne(shop, 'worker', 'two')
    await deployOne(shop, 'worker', 'two')

    const { code, stderr } = await shop.tapit('rollback', 'process=worker', '--wait')

    expect(code).toBe(0)
    expect(stderr).toContain(`worker: warning: ${first.id} (two) brought the version that runs`)
    expect(runningTags(shop, 'worker')).toEqual(['one'])
  })

  it('refuses where there is no other version', async () => {
    const { deployment: first } = await deployOne(shop, 'worker', 'two')
    await deployOne(shop, 'worker', 'two')

    const { code, document } = await shop.json('rollback', 'process=worker')

    expect([code, document.error.code]).toEqual([3, 'nothing_to_go_back_to'])
    expect(document.error.message).toContain(`${first.id} (two)`)
  })
})

/** A deployment that ECS is through with, and that its command still watches. */
async function whileWatched(tag: string): Promise<{ readonly id: string; readonly running: Running }> {
  tagService(shop, 'worker', { 'tapit:stay-running-seconds': '3600' })
  const running = shop.start(['create', 'deploy', 'process=worker', `docker_tag=${tag}`, '--wait'])
  await until(shop, () => running.stderr().includes('so it is watched'))
  const { document } = await shop.json('list', 'deploys', 'process=worker', 'limit=1')
  return { id: document.deployments[0].id, running }
}
