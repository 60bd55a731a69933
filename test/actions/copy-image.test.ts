import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CopyNews, type CopyPlace, copyImage } from '../../lib/actions/images/copy-image.ts'
import type { Ports } from '../../lib/actions/ports.ts'
import { Trouble } from '../../lib/actions/trouble.ts'
import { awsPorts } from '../../lib/adapters/aws/aws-ports.ts'
import { newIds } from '../../lib/adapters/ids.ts'
import { silentAudit } from '../fakes/silent-audit.ts'
import { ecrOf } from '../cli/images/ecr-of.ts'
import { type Shop, openShop } from '../fakes/shop.ts'
import { wrapped } from './command.ts'
import { fakeDocker } from './fake-docker.ts'

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

let shop: Shop
let ports: Ports
beforeEach(async () => {
  shop = await openShop()
  const { clock, env } = shop
  ports = { ...awsPorts({ env, clock }).command, ...newIds(clock), clock, audit: silentAudit }
  await ecrOf(shop).create('copy')
  await ecrOf(shop).create('other')
})
afterEach(() => shop.close())

function place(name: string, own: CopyPlace['ports'] = ports): CopyPlace {
  return { repository: `${registry}/${name}`, ports: own }
}

type Over = Partial<Parameters<typeof copyImage>[0] & Parameters<typeof copyImage>[1]>

function copied(to: readonly string[], over: Over = {}) {
  const {
    dockerTag = 'v1.2.3',
    docker = fakeDocker(shop),
    signal = new AbortController().signal,
    ...more
  } = over
  const pairs = to.map(name => ({ from: place('shop'), to: place(name), processes: [] }))
  return copyImage({ dockerTag, pairs, ...more }, { docker, signal, tell: () => {}, ...more })
}

function digestOf(repository: string, tag: string): string | undefined {
  return shop.sandbox.world.state.ecr.repositories[repository]?.images.find(({ tags }) => tags.includes(tag))
    ?.digest
}

describe('copying an image', () => {
  it('comes under a tag that may move where the others stay, and gets its own from ECR', async () => {
    const repository = shop.sandbox.world.state.ecr.repositories['copy']
    if (repository === undefined) throw new Error('no repository')
    repository.mutability = 'IMMUTABLE_WITH_EXCLUSION'
    repository.mutabilityExclusions = ['latest', 'buildcache*']
    const docker = fakeDocker(shop)
    const pushed: string[] = []
    const watched = {
      ...docker,
      copy: (copy: { from: string; to: string }, options: { signal: AbortSignal }) => {
        pushed.push(copy.to)
        return docker.copy(copy, options)
      },
    }

    const [copy] = await copied(['copy'], { docker: watched })

    expect(copy?.end).toEqual({ is: 'copied' })
    expect(pushed).toEqual([expect.stringMatching(/\/copy:buildcache-copy-[0-9a-f]{12}$/)])
    expect(digestOf('copy', 'v1.2.3')).toBe(digestOf('shop', 'v1.2.3'))
    expect(repository.images.flatMap(({ tags }) => tags)).toEqual(['v1.2.3'])
  })

  it('goes by digest from repository to repository, logged in to each registry once', async () => {
    const docker = fakeDocker(shop)
    const host = new URL(shop.url).host
    const news: CopyNews[] = []

    const copies = await copied(['copy', 'other'], { docker, tell: each => news.push(each) })

    const digest = digestOf('shop', 'v1.2.3')
    expect(copies.map(({ to, end }) => [to, end])).toEqual([
      [`${registry}/copy`, { is: 'copied' }],
      [`${registry}/other`, { is: 'copied' }],
    ])
    expect(digestOf('copy', 'v1.2.3')).toBe(digest)
    expect(docker.copies).toEqual([
      `${host}/shop@${digest} → ${host}/copy:v1.2.3`,
      `${host}/shop@${digest} → ${host}/other:v1.2.3`,
    ])
    expect(docker.logins).toEqual([`AWS ${host}`])
    expect(news.map(({ copy }) => [copy.to, copy.end?.is])).toEqual([
      [`${registry}/copy`, undefined],
      [`${registry}/copy`, 'copied'],
      [`${registry}/other`, undefined],
      [`${registry}/other`, 'copied'],
    ])
  })

  it('needs no Docker where the image is there already', async () => {
    await copied(['copy'])
    const docker = fakeDocker(shop)

    const [copy] = await copied(['copy'], { docker })
    const [itself] = await copied(['shop'], { docker })

    expect([copy?.end, itself?.end]).toEqual([{ is: 'was_there' }, { is: 'was_there' }])
    expect([docker.logins, docker.copies]).toEqual([[], []])
  })

  it('needs no Docker where the image is there under another name', async () => {
    await copied(['copy'])
    const docker = fakeDocker(shop)

    const [copy] = await copied(['copy'], { docker, as: 'stable' })

    expect(copy?.end).toEqual({ is: 'tagged' })
    expect(digestOf('copy', 'stable')).toBe(digestOf('shop', 'v1.2.3'))
    expect(docker.copies).toEqual([])
  })

  it('names the copy of a digest by the tag that the image has', async () => {
    const [copy] = await copied(['copy'], { dockerTag: digestOf('shop', 'v1.2.3') ?? '' })

    expect(copy?.dockerTag).toBe('v1.2.3')
    expect(digestOf('copy', 'v1.2.3')).toBe(digestOf('shop', 'v1.2.3'))
  })

  it('refuses what it can see to fail before anything is copied', async () => {
    await ecrOf(shop).push({ repository: 'other', tag: 'v1.2.3' })
    mutability('other', 'IMMUTABLE')
    const docker = fakeDocker(shop)

    await expect(copied(['copy', 'other'], { docker })).rejects.toMatchObject({
      code: 'tag_immutable',
      exitCode: 3,
      message: expect.stringContaining(`${registry}/other has another image v1.2.3 already`),
    })
    await expect(copied(['copy', 'gone'], { docker })).rejects.toMatchObject({
      code: 'repository_not_found',
      message: `there is no ECR repository ${registry}/gone to copy to.`,
    })
    await expect(copied(['copy'], { docker, dockerTag: 'v1.2.4' })).rejects.toMatchObject({
      code: 'image_not_found',
      advice: 'The nearest: v1.2.2, v1.2.3, v1.3.0.',
    })
    await ecrOf(shop).archive('v1.2.3')
    await expect(copied(['copy'], { docker })).rejects.toMatchObject({
      code: 'image_archived',
      advice: expect.stringContaining('aws ecr update-image-storage-class --repository-name shop'),
    })
    expect([docker.logins, docker.copies]).toEqual([[], []])
  })

  it('checks the credentials of both ends before it starts', async () => {
    const expired = new Trouble({
      kind: 'expired',
      code: 'credentials_expired',
      message: 'the AWS credentials have expired (profile shop-prod)',
      awsCode: 'ExpiredToken',
      operation: 'GetCallerIdentity',
    })
    const production = { ...ports, identity: { ...ports.identity, caller: () => Promise.reject(expired) } }
    const docker = fakeDocker(shop)
    const pair = { from: place('shop'), to: place('copy', production), processes: [] }

    const copying = copyImage(
      { dockerTag: 'v1.2.3', pairs: [pair] },
      { docker, signal: new AbortController().signal, tell: () => {} },
    )

    await expect(copying).rejects.toBe(expired)
    expect([docker.logins, docker.copies]).toEqual([[], []])
  })

  it('moves a tag where tags may move', async () => {
    await ecrOf(shop).push({ repository: 'copy', tag: 'v1.2.3' })
    const replaced = digestOf('copy', 'v1.2.3')

    const [copy] = await copied(['copy'])

    expect(copy).toMatchObject({ replaced, end: { is: 'copied' } })
    expect(digestOf('copy', 'v1.2.3')).toBe(digestOf('shop', 'v1.2.3'))
  })

  it('goes on with the others where one fails', async () => {
    const failure = {
      code: 'registry_denied',
      message: 'the registry says no.',
      lines: [],
    } as const

    const copies = await copied(['copy', 'other'], {
      docker: fakeDocker(shop, { fails: to => (to.includes('/copy:') ? failure : undefined) }),
    })

    expect(copies.map(({ end }) => end)).toEqual([{ is: 'failed', failure }, { is: 'copied' }])
  })

  it('waits until ECR shows what was copied', async () => {
    let isShown = false
    const late: Ports = {
      ...ports,
      clock: { now: () => shop.clock.now(), sleep: async () => void (isShown = true) },
      images: wrapped(ports.images, {
        find: async (uri, reference) => (isShown ? ports.images.find(uri, reference) : undefined),
      }),
    }
    const pair = { from: place('shop'), to: place('copy', late), processes: [] }

    const [copy] = await copied([], { pairs: [pair] })

    expect(copy?.end).toEqual({ is: 'copied' })
  })

  it('fails where ECR names another image than was copied', async () => {
    const docker = fakeDocker(shop, {
      after: () => {
        const images = shop.sandbox.world.state.ecr.repositories['copy']?.images ?? []
        for (const image of images) image.tags = []
      },
    })

    const [copy] = await copied(['copy'], { docker })

    expect(copy?.end).toMatchObject({
      is: 'failed',
      failure: { code: 'digest_differs', message: expect.stringContaining('is not there after the copy of') },
    })
  })

  it('keeps what was copied when ECR stops answering', async () => {
    const docker = fakeDocker(shop, {
      after: to => {
        if (to.includes('/other:')) shop.sandbox.faults.add({ operation: 'DescribeImages', effect: 'deny' })
      },
    })

    const copies = await copied(['copy', 'other'], { docker })

    expect(copies.map(({ end }) => end)).toMatchObject([
      { is: 'copied' },
      { is: 'failed', failure: { code: 'registry_unavailable' } },
    ])
  })

  it('stops between two copies', async () => {
    const stopping = new AbortController()
    const docker = fakeDocker(shop, { after: () => stopping.abort('interrupted') })

    const copies = await copied(['copy', 'other'], { docker, signal: stopping.signal })

    expect(copies.map(({ end }) => end.is)).toEqual(['copied', 'stopped'])
    expect(digestOf('other', 'v1.2.3')).toBeUndefined()
  })

  it('stops in the middle of a copy', async () => {
    const stopping = new AbortController()
    const docker = fakeDocker(shop, {
      fails: () => {
        stopping.abort('interrupted')
        stopping.signal.throwIfAborted()
        return undefined
      },
    })

    const [copy] = await copied(['copy'], { docker, signal: stopping.signal })

    expect(copy?.end).toEqual({ is: 'stopped' })
  })
})

function mutability(name: string, to: 'IMMUTABLE' | 'MUTABLE'): void {
  const repository = shop.sandbox.world.state.ecr.repositories[name]
  if (repository !== undefined) repository.mutability = to
}
