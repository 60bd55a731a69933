import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { listRepository } from '../../lib/images/list-repository.ts'
import { newestImages } from '../../lib/images/newest-images.ts'
import { fakeImageStore, indexType, stored } from './fake-image-store.ts'

const repository = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'

describe('a list of a repository', () => {
  it('holds the newest, newest first, and how many there are', async () => {
    const store = fakeImageStore([stored('sha256:1', 1), stored('sha256:3', 3), stored('sha256:2', 2)])

    const { images, total } = await listRepository(repository, { limit: 2, needed: [] }, store)

    expect(images.map(({ digest }) => digest)).toEqual(['sha256:3', 'sha256:2'])
    expect(total).toBe(3)
    expect(store.calls).toEqual(['page'])
  })

  it('leaves out what nobody deploys: caches, signatures, charts, what has no tag', async () => {
    const store = fakeImageStore([
      stored('sha256:1', 1),
      stored('sha256:2', 2, { tags: ['buildcache'] }),
      stored('sha256:3', 3, { tags: [`sha256-${'a'.repeat(64)}.sig`] }),
      stored('sha256:4', 4, { artifactType: 'application/vnd.cncf.helm.config.v1+json' }),
      stored('sha256:5', 5, { tags: [] }),
      stored('sha256:6', 6, { subject: 'sha256:1' }),
    ])

    const { images, total } = await listRepository(repository, { limit: 20, needed: [] }, store)

    expect(images.map(({ digest }) => digest)).toEqual(['sha256:1'])
    expect(total).toBe(1)
  })

  it('gives an index the size of its platforms’ images, without the attestations, and their last pull', async () => {
    const store = fakeImageStore(
      [
        stored('sha256:index', 1, { mediaType: indexType, sizeInBytes: 900, pulledAt: 99 }),
        stored('sha256:amd64', 1, { tags: [], sizeInBytes: 700, pulledAt: 7 }),
        stored('sha256:arm64', 1, { tags: [], sizeInBytes: 800, pulledAt: 8 }),
        stored('sha256:attestation', 1, { tags: [], sizeInBytes: 50 }),
      ],
      {
        'sha256:index': {
          manifests: [
            { digest: 'sha256:amd64', platform: { os: 'linux', architecture: 'amd64' } },
            { digest: 'sha256:arm64', platform: { os: 'linux', architecture: 'arm64' } },
            { digest: 'sha256:attestation', platform: { os: 'unknown', architecture: 'unknown' } },
          ],
        },
      },
    )

    const { images } = await listRepository(repository, { limit: 20, needed: [] }, store)

    expect(images).toEqual([
      {
        digest: 'sha256:index',
        tags: ['vindex'],
        status: 'ACTIVE',
        pushedAt: 1,
        pulledAt: 8,
        sizeInBytes: 1500,
        platforms: [
          { digest: 'sha256:amd64', platform: 'linux/amd64', sizeInBytes: 700 },
          { digest: 'sha256:arm64', platform: 'linux/arm64', sizeInBytes: 800 },
        ],
      },
    ])
  })

  it('gives an archived index, which cannot be read, no size rather than a wrong one', async () => {
    const archived = stored('sha256:index', 1, {
      mediaType: indexType,
      sizeInBytes: 900,
      status: 'ARCHIVED',
    })
    const store = { ...fakeImageStore([archived]), manifests: () => Promise.resolve([]) }

    const { images } = await listRepository(repository, { limit: 20, needed: [] }, store)

    expect(images).toEqual([{ digest: 'sha256:index', tags: ['vindex'], status: 'ARCHIVED', pushedAt: 1 }])
  })

  it('shows what is needed however old it is, also without a tag, and says what is gone', async () => {
    const store = fakeImageStore([
      stored('sha256:3', 3),
      stored('sha256:2', 2, { tags: [] }),
      stored('sha256:1', 1),
      stored('sha256:0', 0, { tags: ['stable'] }),
    ])

    const { images, gone } = await listRepository(
      repository,
      {
        limit: 1,
        needed: [
          { digest: 'sha256:1' },
          { digest: 'sha256:2' },
          { digest: 'sha256:lost' },
          { tag: 'stable' },
          { tag: 'lost' },
        ],
      },
      store,
    )

    expect(images.map(({ digest }) => digest)).toEqual(['sha256:3', 'sha256:2', 'sha256:1', 'sha256:0'])
    expect(gone).toEqual(['sha256:lost'])
  })

  it('costs one call a thousand images and two for what is shown, though each has children', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => index)
    const images = numbers.flatMap(at => [
      stored(`sha256:${at}`, at, { mediaType: indexType }),
      stored(`sha256:${at}-amd64`, at, { tags: [] }),
      stored(`sha256:${at}-arm64`, at, { tags: [] }),
    ])
    const manifests = Object.fromEntries(
      numbers.map(at => [
        `sha256:${at}`,
        { manifests: [{ digest: `sha256:${at}-amd64` }, { digest: `sha256:${at}-arm64` }] },
      ]),
    )
    const store = fakeImageStore(images, manifests)

    const list = await listRepository(
      repository,
      { limit: 20, needed: [{ digest: 'sha256:0-arm64' }] },
      store,
    )

    expect(list.total).toBe(10_000)
    expect(list.images).toHaveLength(21)
    expect(store.calls).toHaveLength(10_000 / 1_000 + 2)
    expect(store.calls.slice(-2)).toEqual(['manifests 21', 'described 41'])
  })
})

describe('the newest of many images', () => {
  it('are those that sorting all of them would begin with', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (times, limit) => {
          const images = times.map((at, index) => stored(`sha256:${String(index).padStart(3, '0')}`, at))
          const newest = newestImages(limit)

          for (const image of images) newest.add(image)

          const sorted = images.toSorted(
            (one, other) =>
              (other.pushedAt ?? 0) - (one.pushedAt ?? 0) || (one.digest < other.digest ? -1 : 1),
          )
          expect(newest.found()).toEqual(sorted.slice(0, limit))
        },
      ),
    )
  })
})
