import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../../lib/cli/main.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { activeRevisions, changeTemplate, tagService } from '../deploy/scenes.ts'
import { fakeIo } from '../report/fake-io.ts'
import {
  addStaging,
  day,
  deployAll,
  grow,
  hour,
  imageOf,
  pushIndexOf,
  repositoryOf,
  tagsThere,
} from './repository-scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

/** Without the seed's own images: v1.2.2 runs in the other processes, v1.2.3 is `latest`, v1.3.0 is new. */
function deployed(): readonly string[] {
  return tagsThere(shop).filter(tag => !tag.startsWith('v1.'))
}

describe('prune images', { timeout: 60_000 }, () => {
  it('leaves the newest images, what runs and where one can roll back to', async () => {
    await deployAll(shop, ['a', 'b', 'c', 'd', 'e'])
    grow(shop, 3 * day)

    const { code, document } = await shop.json('prune', 'images', 'keep=2')

    expect(code).toBe(0)
    expect(deployed()).toEqual(['d', 'e'])
    // The others still run what the seed put there; `latest` moves.
    expect(tagsThere(shop)).toEqual(['d', 'e', 'v1.2.2', 'v1.2.3'])
    const [{ remove, kept, revisions, keep }] = document.repositories
    expect(document).toMatchObject({ schemaVersion: 1, app: 'shop', isDryRun: false })
    expect(keep).toBe(2)
    expect(remove.map((each: any) => each.tags)).toEqual([['v1.3.0'], ['a'], ['b'], ['c']])
    expect(remove[0]).toEqual({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      tags: ['v1.3.0'],
      pushedAt: expect.stringMatching(/^20..-..-..T/),
      sizeInBytes: expect.any(Number),
    })
    expect(kept.find(({ tags }: any) => tags.includes('e')).reasons).toEqual([
      { code: 'running', in: 'shop/default' },
      { code: 'rollback_target', of: 'shop/default' },
      { code: 'newest', among: 2 },
    ])
    expect(revisions).toEqual(['shop-default:2', 'shop-default:3', 'shop-default:4'])
    // The first is not tapit's; the newest two stay.
    expect(activeRevisions(shop, 'default').map(arn => arn.split(':').at(-1))).toEqual(['1', '5', '6'])
  })

  it('shows with --dry-run what would go and why the rest stays, and changes nothing', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    const before = tagsThere(shop)

    const { code, stdout } = await shop.tapit('prune', 'images', 'keep=1', '--dry-run')

    expect(code).toBe(0)
    expect(stdout).toContain('✗ a  ')
    expect(stdout).toContain('● v1.2.2  ')
    expect(stdout).toContain('runs in shop/worker and shop/scheduler')
    expect(stdout).toMatch(/Would go: 2 images \(up to .*B\) and 1 revision\./)
    expect(tagsThere(shop)).toEqual(before)
    expect(shop.sandbox.faults.count('BatchDeleteImage')).toBe(0)
    expect(shop.sandbox.faults.count('DeregisterTaskDefinition')).toBe(0)
  })

  it('keeps as many as the service’s tag says, and wants to be told where there is none', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)

    const untold = await shop.json('prune', 'images')
    for (const process of ['default', 'worker']) tagService(shop, process, { 'tapit:images-keep': '2' })
    const told = await shop.json('prune', 'images')

    expect(untold.code).toBe(2)
    expect(untold.document.error).toMatchObject({
      code: 'no_keep',
      message: expect.stringContaining('tapit:images-keep'),
      advice: expect.stringContaining('keep=10'),
    })
    expect(told.code).toBe(0)
    expect(deployed()).toEqual(['b', 'c'])
  })

  it('leaves what was pushed within a day, or pulled as far as ECR tells', async () => {
    for (const tag of ['a', 'b', 'c', 'd']) await shop.push({ tag })
    grow(shop, 23 * hour, 'a')
    grow(shop, 3 * day, 'b', 'c')
    Object.assign(imageOf(shop, 'b'), { pulledAt: shop.clock.now() - 47 * hour })

    await shop.tapit('prune', 'images', 'keep=1')

    expect(deployed()).toEqual(['a', 'b', 'd'])
  })

  it('leaves what another environment runs and rolls back to, and keeps the larger number of both', async () => {
    await shop.push({ tag: 'a' })
    addStaging(shop, { tag: 'a' })
    await shop.clock.sleep(10_000)
    await deployAll(shop, ['b', 'c'], { process: 'mailer', more: ['-e', 'staging'] })
    await deployAll(shop, ['d', 'e', 'f'])
    grow(shop, 3 * day)
    const { json } = shop
    const staged = await json('prune', 'images', 'keep=1', '--dry-run')
    const reasons = staged.document.repositories[0].kept.flatMap((each: any) => each.reasons)

    await shop.tapit('prune', 'images', 'keep=1')

    // c runs in staging, b is what ran before it there; f and e are that of default.
    expect(deployed()).toEqual(['b', 'c', 'e', 'f'])
    expect(reasons).toContainEqual({ code: 'running', in: 'shop-staging/mailer' })
    expect(reasons).toContainEqual({ code: 'rollback_target', of: 'shop-staging/mailer' })
  })

  it('leaves what is being deployed, and what it would go back to', async () => {
    await deployAll(shop, ['a', 'b', 'c', 'd'])
    await shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=a')
    grow(shop, 3 * day)

    const { document } = await shop.json('prune', 'images', 'keep=1')
    const [{ kept }] = document.repositories

    expect(deployed()).toEqual(['a', 'c', 'd'])
    expect(kept.find(({ tags }: any) => tags.includes('a')).reasons).toContainEqual({
      code: 'deploying',
      in: 'shop/worker',
    })
  })

  it('looks again right before it deletes: what began meanwhile stays', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    const asked = shop.sandbox.faults.count('DescribeRepositories')
    // The last question but one before anything goes: somebody else's deploy comes in between.
    let started: Promise<unknown> | undefined
    shop.sandbox.faults.add({
      operation: 'DescribeRepositories',
      when: () => {
        started ??= shop.tapit('create', 'deploy', 'process=worker', 'docker_tag=a')
        return true
      },
      effect: { delay: 400 },
    })

    const { document } = await shop.json('prune', 'images', 'keep=1')
    await started

    expect(shop.sandbox.faults.count('DescribeRepositories')).toBe(asked + 1)
    expect(document.repositories[0].remove.map((each: any) => each.tags[0])).not.toContain('a')
    expect(deployed()).toContain('a')
  })

  it('deletes archived images like others', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    Object.assign(imageOf(shop, 'a'), { archivedAt: shop.clock.now() - day })

    await shop.tapit('prune', 'images', 'keep=1')

    expect(deployed()).toEqual(['b', 'c'])
  })

  it('deletes an index with its platforms, and leaves the platforms of one that stays', async () => {
    const first = pushIndexOf(shop, 'a')
    const second = pushIndexOf(shop, 'b')
    grow(shop, 3 * day)
    await shop.push({ tag: 'c' })
    await deployAll(shop, ['b', 'c'])
    grow(shop, 3 * day)

    const { document } = await shop.json('prune', 'images', 'keep=1')

    const there = repositoryOf(shop).images.map(({ digest }) => digest)
    expect(document.repositories[0].remove.map((each: any) => each.digest)).toEqual(
      expect.arrayContaining([first.digest, ...first.parts]),
    )
    expect(there).not.toContain(first.digest)
    expect(there.filter(digest => first.parts.includes(digest))).toEqual([])
    expect(there).toEqual(expect.arrayContaining([second.digest, ...second.parts]))
  })

  it('deletes untagged leftovers, but nothing that was deployed by a tag that moved on', async () => {
    await shop.push({ tag: 'moving' })
    const old = imageOf(shop, 'moving').digest
    await deployAll(shop, ['moving'])
    const [image] = repositoryOf(shop).images.filter(({ digest }) => digest === old)
    Object.assign(image ?? {}, { tags: [] })
    await shop.push({ tag: 'other' })
    Object.assign(imageOf(shop, 'other'), { tags: [] })
    grow(shop, 3 * day)

    await shop.tapit('prune', 'images', 'keep=1')

    const there = repositoryOf(shop).images
    expect(there.filter(({ tags }) => tags.length === 0).map(({ digest }) => digest)).toEqual([old])
  })

  it('leaves the image of a sidecar in the template, which no revision has yet', async () => {
    await deployAll(shop, ['a', 'b', 'c', 'd'])
    grow(shop, 3 * day)
    const { uri } = repositoryOf(shop)
    changeTemplate(shop, 'default', {}, [{ name: 'proxy', image: `${uri}@${imageOf(shop, 'a').digest}` }])

    await shop.tapit('prune', 'images', 'keep=1')

    expect(deployed()).toEqual(['a', 'c', 'd'])
  })

  it.each([
    ['a cluster whose services may not be listed', 'ListServices'],
    ['tasks that may not be read', 'ListTasks'],
    ['a policy that may not be read', 'GetRepositoryPolicy'],
  ])('deletes nothing and says why: %s', async (_, operation) => {
    for (const tag of ['a', 'b', 'c']) await shop.push({ tag })
    grow(shop, 3 * day)
    addStaging(shop)
    const before = tagsThere(shop)
    shop.sandbox.faults.add({
      operation,
      when: input => operation === 'GetRepositoryPolicy' || (input as any).cluster === 'shop-staging',
      effect: 'deny',
    })

    const { code, document } = await shop.json('prune', 'images', 'keep=1')

    expect(code).toBe(3)
    expect(document.repositories[0]).toMatchObject({
      remove: [],
      revisions: [],
      notPruned: { reason: expect.stringContaining(operation) },
    })
    expect(tagsThere(shop)).toEqual(before)
  })

  it('deletes nothing from a repository that another account may pull from', async () => {
    for (const tag of ['a', 'b', 'c']) await shop.push({ tag })
    grow(shop, 3 * day)
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::210987654321:root' },
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    }
    Object.assign(repositoryOf(shop), {
      policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    })

    const { code, stdout } = await shop.tapit('prune', 'images', 'keep=1')

    expect(code).toBe(3)
    expect(stdout).toContain('Nothing goes: its policy lets others pull from it')
    expect(deployed()).toEqual(['a', 'b', 'c'])
  })

  it('says what AWS does not allow, after what it did', async () => {
    for (const tag of ['a', 'b', 'c']) await shop.push({ tag })
    grow(shop, 3 * day)
    shop.sandbox.faults.add({ operation: 'BatchDeleteImage', effect: 'deny' })

    const { code, stderr } = await shop.tapit('prune', 'images', 'keep=1')

    expect(code).toBe(3)
    expect(stderr).toContain('ecr:BatchDeleteImage')
    expect(deployed()).toEqual(['a', 'b', 'c'])
  })

  it('wants --yes from somebody at a terminal, and says how much would go', async () => {
    for (const tag of ['a', 'b', 'c']) await shop.push({ tag })
    grow(shop, 3 * day)
    const atTerminal = async (...argv: readonly string[]) => {
      const io = { ...fakeIo({ isTTY: true }), env: shop.env, clock: shop.clock }
      return { code: await main(['prune', 'images', 'keep=1', ...argv], io), text: io.terminal.text() }
    }

    const unsure = await atTerminal()
    const before = deployed()
    const sure = await atTerminal('--yes')

    expect(unsure.code).toBe(2)
    expect(unsure.text).toMatch(/would delete for good 3 images \(up to .*\)/)
    expect(unsure.text).toContain('tapit -a shop prune images keep=1 --yes   goes ahead')
    expect(before).toEqual(['a', 'b', 'c'])
    expect(sure.code).toBe(0)
    expect(deployed()).toEqual(['c'])
  })

  it('leaves records readable whose image is gone', async () => {
    await deployAll(shop, ['a', 'b', 'c'])
    grow(shop, 3 * day)
    await shop.tapit('prune', 'images', 'keep=1')
    const list = await shop.json('list', 'deploys', 'process=default')
    const first = list.document.deployments.find(({ dockerTag }: any) => dockerTag === 'a')

    const shown = await shop.json('show', 'deploy', `id=${first.id}`)

    expect(deployed()).not.toContain('a')
    expect([list.code, shown.code]).toEqual([0, 0])
    expect(shown.document.deployments[0]).toMatchObject({ dockerTag: 'a', status: 'finalized' })
  })
})
