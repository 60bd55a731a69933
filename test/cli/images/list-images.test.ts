import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { seedShop } from '../../../lib/sandbox/seed/shop.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { deleteImage, pushIndex, tagService } from '../deploy/scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

const uri = '123456789012.dkr.ecr.us-east-1.amazonaws.com/shop'

describe('list images', () => {
  it('says of each image where it runs and whose way back it is', async () => {
    await shop.tapit('create', 'deploy', 'docker_tag=v1.2.3', '--wait')

    const { code, document } = await shop.json('list', 'images')

    expect(code).toBe(0)
    const [repository, second] = document.repositories
    expect(second).toBeUndefined()
    expect(repository).toMatchObject({
      repository: 'shop',
      uri,
      processes: ['default', 'scheduler', 'worker'],
      total: 3,
    })
    const told = repository.images.map((each: any) => [
      each.dockerTag,
      each.tags,
      each.runningIn.map(({ process }: any) => process),
      each.rollbackTargetOf.map(({ process }: any) => process),
    ])
    expect(told).toEqual([
      ['v1.3.0', ['v1.3.0'], [], []],
      ['v1.2.3', ['v1.2.3', 'latest'], ['default', 'scheduler', 'worker'], []],
      ['v1.2.2', ['v1.2.2'], [], ['default', 'scheduler', 'worker']],
    ])
  })

  it('knows what runs where tapit has never deployed', async () => {
    const { images } = (await shop.json('list', 'images', 'limit=1')).document.repositories[0]

    expect(images.map(({ dockerTag }: any) => dockerTag)).toEqual(['v1.3.0', 'v1.2.2'])
    expect(images[1].runningIn).toEqual([
      { process: 'default' },
      { process: 'scheduler' },
      { process: 'worker' },
    ])
  })

  it('gives a multi-platform image the size of its platforms, and does not list those', async () => {
    pushIndex(shop, 'v2.0.0', ['linux/amd64', 'linux/arm64'])

    const { document } = await shop.json('list', 'images', 'limit=1')

    const [newest] = document.repositories[0].images
    const [amd64, arm64] = newest.platforms
    expect([newest.dockerTag, amd64.platform, arm64.platform]).toEqual([
      'v2.0.0',
      'linux/amd64',
      'linux/arm64',
    ])
    expect(newest.sizeInBytes).toBe(amd64.sizeInBytes + arm64.sizeInBytes)
    expect(document.repositories[0].total).toBe(4)
  })

  it('is a table for people', async () => {
    const { code, stdout, stderr } = await shop.tapit('list', 'images')

    expect(code).toBe(0)
    expect(stderr).toBe('')
    const [head, where, titles, first] = stdout.split('\n')
    expect(head).toBe('shop (production)')
    expect(where).toContain(uri)
    expect(titles?.trim().split(/ +/)).toEqual(['TAG', 'ALSO', 'DIGEST', 'PUSHED', 'SIZE', 'PULLED'])
    expect(first).toMatch(/^ {2}v1\.3\.0 +sha256:[0-9a-f]{8} +\d+ h +\d+ B +never$/)
    expect(stdout).toMatch(/ {2}v1\.2\.2 .* runs in default, scheduler and worker\n/)
  })

  it('says which needed image is gone', async () => {
    await shop.tapit('create', 'deploy', 'docker_tag=v1.2.3', '--wait')
    deleteImage(shop, 'v1.2.2')

    const { stdout } = await shop.tapit('list', 'images')

    expect(stdout).toMatch(
      /\n {2}sha256:[0-9a-f]{8} is gone: rollback target of default, scheduler and worker\.\n$/,
    )
  })

  it('lists the repository of the processes that are asked for, and of them alone', async () => {
    ownRepository('worker')

    const { document } = await shop.json('list', 'images', 'process=worker')

    expect(document.repositories.map(({ repository, processes }: any) => [repository, processes])).toEqual([
      ['shop/worker', ['worker']],
    ])
    expect(document.repositories[0].images).toEqual([])
  })

  it('lists what it can where a repository is missing', async () => {
    tagService(shop, 'worker', { 'tapit:repository': 'shop/worker' })

    const { code, document } = await shop.json('list', 'images')

    expect(code).toBe(0)
    expect(document.repositories.map(({ repository }: any) => repository)).toEqual(['shop'])
    expect(document.unclear).toMatchObject([
      { process: 'worker', message: `there is no ECR repository ${uri}/worker` },
    ])
  })

  it('refuses a process that does not exist', async () => {
    const { code, stderr } = await shop.tapit('list', 'images', 'process=wroker')

    expect(code).toBe(3)
    expect(stderr).toContain('there is no process "wroker" in shop. Did you mean worker?')
  })

  it('fails where its only repository is missing', async () => {
    const { code, stderr } = await shop.tapit('list', 'images', 'process=worker')
    expect([code, stderr]).toEqual([0, ''])
    tagService(shop, 'worker', { 'tapit:repository': 'gone' })

    const missing = await shop.tapit('list', 'images', 'process=worker')

    expect(missing.code).toBe(3)
    expect(missing.stderr).toContain('there is no ECR repository')
  })
})

function ownRepository(process: string): void {
  const { repositories } = shop.sandbox.world.state.ecr
  const shared = repositories['shop']
  if (shared === undefined) throw new Error('no repository')
  const name = `shop/${process}`
  repositories[name] = { ...shared, name, uri: `${uri}/${process}`, images: [] }
  tagService(shop, process, { 'tapit:repository': name })
}

it('list images and show image need no table of records: nothing was deployed by tapit yet', async () => {
  const empty = await openShop({ isEmpty: true })
  onTestFinished(() => empty.close())
  seedShop(empty.sandbox.world)

  const list = await empty.json('list', 'images')
  const show = await empty.json('show', 'image', 'docker_tag=v1.2.2')

  expect([list.code, show.code]).toEqual([0, 0])
  expect(list.document.repositories[0].images.at(-1).runningIn).toHaveLength(3)
  expect(show.document.images[0].deployments).toEqual({ total: 0, isAll: true, newest: [] })
})
