import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { indexesToRead } from '../../lib/images/indexes-to-read.ts'
import type { StoredImage } from '../../lib/images/ports.ts'
import { removalOrder } from '../../lib/images/removal-order.ts'
import {
  type ImageUse,
  type IndexParts,
  retention,
  type RetentionFacts,
  type UseReason,
} from '../../lib/images/retention.ts'
import { isUsuallyMoving, subjectOf } from '../../lib/images/tag-kinds.ts'

const hour = 60 * 60 * 1_000
const day = 24 * hour
const now = Date.UTC(2026, 10, 20)
const indexType = 'application/vnd.oci.image.index.v1+json'
const running: UseReason = { is: 'running', in: 'shop/web' }

describe('an image goes', () => {
  it('when it is older than a day, not among the newest, and nothing needs it', () => {
    const images = ['v1', 'v2', 'v3', 'v4'].map((tag, age) => image(tag, { pushedAt: now - (9 - age) * day }))

    expect(gone({ images, keep: 2 })).toEqual(['v1', 'v2'])
  })

  it('archived and untagged as well', () => {
    const images = [
      image('v1', { status: 'ARCHIVED' }),
      image('left', { tags: [] }),
      image('v2', { pushedAt: now - 2 * day }),
    ]

    expect(gone({ images, keep: 1 })).toEqual(['v1', 'left'])
  })

  it('with its parts and what is attached to it, parts after their index', () => {
    const images = [
      image('arm', { tags: [] }),
      image('amd', { tags: [] }),
      image('v1', { mediaType: indexType }),
      image('signature', { tags: [`${digestOf('v1').replace(':', '-')}.sig`] }),
      image('sbom', { tags: [], subject: digestOf('amd') }),
      image('v2', { pushedAt: now - 2 * day }),
    ]
    const parts = new Map([[digestOf('v1'), [digestOf('arm'), digestOf('amd')]]])

    const facts = { images, parts, keep: 1 }

    expect(gone(facts)).toEqual(['arm', 'amd', 'v1', 'signature', 'sbom'])
    expect(removalOrder(removed(facts), parts).map(wave => wave.map(nameOf))).toEqual([
      ['v1', 'signature', 'sbom'],
      ['arm', 'amd'],
    ])
  })
})

describe('an image stays', () => {
  it('with every reason that it has', () => {
    const v1 = image('v1', { tags: ['v1', 'latest'], pushedAt: now - hour, pulledAt: now - hour })
    const uses: ImageUse[] = [
      { image: { digest: v1.digest }, reason: running },
      { image: { tag: 'v1' }, reason: running },
      { image: { tag: 'v1' }, reason: { is: 'rollback_target', of: 'shop/web' } },
    ]

    expect(reasonsOf('v1', { images: [v1], uses, keep: 3 })).toEqual([
      running,
      { is: 'rollback_target', of: 'shop/web' },
      { is: 'newest', among: 3 },
      { is: 'pushed', at: now - hour },
      { is: 'pulled', at: now - hour },
      { is: 'moving_tag', tag: 'latest' },
    ])
  })

  it.each([
    [23, 'pushed'],
    [25, undefined],
  ])('pushed %i hours ago: %s', (hours, reason) => {
    const images = [image('v1', { pushedAt: now - hours * hour })]

    expect(reasonsOf('v1', { images })[0]?.is).toBe(reason)
  })

  it.each([
    // ECR may have left yesterday's time standing when it was pulled an hour ago.
    [47, 'pulled'],
    [49, undefined],
  ])('last recorded as pulled %i hours ago: %s', (hours, reason) => {
    const images = [image('v1', { pulledAt: now - hours * hour })]

    expect(reasonsOf('v1', { images })[0]?.is).toBe(reason)
  })

  it('when ECR does not say when it was pushed', () => {
    expect(reasonsOf('v1', { images: [image('v1', { pushedAt: undefined })] })).toEqual([{ is: 'pushed' }])
  })

  it('when a task says that the image of its platform runs', () => {
    const images = [
      image('amd', { tags: [] }),
      image('arm', { tags: [] }),
      image('v1', { mediaType: indexType }),
    ]
    const parts = new Map([[digestOf('v1'), [digestOf('amd'), digestOf('arm')]]])
    const facts = { images, parts, uses: [{ image: { digest: digestOf('amd') }, reason: running }] }

    expect(reasonsOf('v1', facts)).toEqual([running])
    expect(reasonsOf('arm', facts)).toEqual([{ is: 'part', of: digestOf('v1') }])
  })

  it('when the image of one of its platforms was pulled', () => {
    const pulledAt = now - 30 * hour
    const images = [
      image('amd', { tags: [], pulledAt }),
      image('arm', { tags: [] }),
      image('v1', { mediaType: indexType }),
    ]
    const parts = new Map([[digestOf('v1'), [digestOf('amd'), digestOf('arm')]]])

    expect(reasonsOf('v1', { images, parts })).toEqual([{ is: 'pulled', at: pulledAt }])
    expect(reasonsOf('arm', { images, parts })).toEqual([{ is: 'part', of: digestOf('v1') }])
  })

  it('no longer because its index was read, which each pruning does and ECR takes for a pull', () => {
    const images = [
      image('amd', { tags: [], pulledAt: now - 3 * day }),
      image('v1', { mediaType: indexType, pulledAt: now - hour }),
    ]
    const parts = new Map([[digestOf('v1'), [digestOf('amd')]]])

    expect(gone({ images })).toEqual(['amd'])
    expect(gone({ images, parts })).toEqual(['amd', 'v1'])
  })

  it.each([
    ['buildcache', 'moving_tag'],
    ['cache-0123456789abcdef', undefined],
    ['cache-headers-0123456789abcdef-dirty', undefined],
    ['env-vars-0123456789abcdef', undefined],
    ['env-staging', 'moving_tag'],
  ])('called %s: %s; a branch may have a name like a tag that moves', (tag, reason) => {
    expect(reasonsOf(tag, { images: [image(tag)] })[0]?.is).toBe(reason)
  })

  it('when a part of one of its parts runs', () => {
    const images = [
      image('amd', { tags: [] }),
      image('inner', { tags: [], mediaType: indexType }),
      image('v1', { mediaType: indexType }),
    ]
    const parts = new Map([
      [digestOf('v1'), [digestOf('inner')]],
      [digestOf('inner'), [digestOf('amd')]],
    ])
    const uses = [{ image: { digest: digestOf('amd') }, reason: running }]

    expect(gone({ images, parts, uses })).toEqual([])
  })

  it('without a tag, as long as it may be a part of an index that stays and cannot be read', () => {
    const images = [
      image('left', { tags: [] }),
      image('v0'),
      image('v1', { mediaType: indexType, status: 'ARCHIVED', pushedAt: now - 2 * day }),
    ]
    const parts: IndexParts = new Map([[digestOf('v1'), 'unreadable']])

    expect(gone({ images, parts, keep: 1 })).toEqual(['v0'])
    expect(reasonsOf('left', { images, parts, keep: 1 })).toEqual([
      { is: 'perhaps_part', of: digestOf('v1') },
    ])
  })

  it('as a chart that somebody named, which is not counted among the newest images', () => {
    const images = [
      image('chart', { artifactType: 'application/vnd.cncf.helm.config.v1+json', pushedAt: now - 2 * day }),
      image('v1', { artifactType: 'application/vnd.oci.image.config.v1+json' }),
      image('cache', { tags: ['buildcache'], artifactType: 'application/vnd.buildkit.cacheconfig.v0' }),
      image('old cache', { tags: [], artifactType: 'application/vnd.buildkit.cacheconfig.v0' }),
    ]

    expect(gone({ images, keep: 1 })).toEqual(['old cache'])
    expect(reasonsOf('chart', { images, keep: 1 })).toEqual([
      { is: 'no_image', type: 'application/vnd.cncf.helm.config.v1+json' },
    ])
  })
})

describe('indexes are read', () => {
  const images = [
    image('old', { mediaType: indexType }),
    image('new', { mediaType: indexType, pushedAt: now - 2 * day }),
    image('plain'),
  ]

  it('first where they stay, then where they would go, and never twice', () => {
    const next = (parts: IndexParts): readonly string[] =>
      indexesToRead(retention(factsOf({ images, keep: 1, parts })), parts)

    expect(next(new Map())).toEqual([digestOf('new')])
    expect(next(new Map([[digestOf('new'), []]]))).toEqual([digestOf('old')])
    expect(next(new Map([digestOf('new'), digestOf('old')].map(each => [each, []])))).toEqual([])
  })
})

/** Small numbers, so that images often meet: as parts, attachments, uses. */
const count = 12
const digests = fc.integer({ min: 0, max: count - 1 }).map(index => digestOf(String(index)))
/** Most are old: what is new stays whatever else there is. */
const age = fc.oneof(fc.integer({ min: -2 * hour, max: 2 * day }), {
  weight: 4,
  arbitrary: fc.integer({ min: 2 * day, max: 9 * day }),
})
const anImage = fc.record({
  tags: fc.uniqueArray(
    fc.oneof(
      fc.constantFrom('v1', 'v2', 'v3', 'latest', 'env-staging', 'buildcache'),
      digests.map(digest => `${digest.replace(':', '-')}.sig`),
    ),
    { maxLength: 3 },
  ),
  pushedAt: fc.option(
    age.map(each => now - each),
    { nil: undefined },
  ),
  pulledAt: fc.option(
    age.map(each => now - each),
    { nil: undefined },
  ),
  status: fc.constantFrom('ACTIVE', 'ARCHIVED'),
  mediaType: fc.constantFrom(indexType, 'application/vnd.oci.image.manifest.v1+json', undefined),
  subject: fc.option(digests, { nil: undefined }),
})
const aUse: fc.Arbitrary<ImageUse> = fc.record({
  image: fc.oneof(
    digests.map(digest => ({ digest })),
    fc.constantFrom('v1', 'v2', 'v3').map(tag => ({ tag })),
  ),
  reason: fc.constantFrom<UseReason>(
    running,
    { is: 'deploying', in: 'shop/web' },
    { is: 'rollback_target', of: 'shop/web' },
  ),
})
const someFacts: fc.Arbitrary<RetentionFacts> = fc.record({
  images: fc
    .array(anImage, { maxLength: count })
    .map(all => all.map((each, index) => ({ ...each, digest: digestOf(String(index)) }))),
  parts: fc
    .array(
      fc.tuple(digests, fc.oneof(fc.array(digests, { maxLength: 3 }), fc.constant('unreadable' as const))),
    )
    .map(entries => new Map(entries)),
  uses: fc.array(aUse, { maxLength: 4 }),
  keep: fc.integer({ min: 1, max: 3 }),
  isMoving: fc.constant(isUsuallyMoving),
  now: fc.constant(now),
})

const runs = { numRuns: 300 }

describe('whatever the repository holds', () => {
  it('nothing goes that runs, is being deployed or is a rollback target, by digest or by tag', () => {
    fc.assert(
      fc.property(someFacts, facts => {
        const needed = removed(facts).filter(({ digest, tags }) =>
          facts.uses.some(({ image: use }) =>
            'digest' in use ? use.digest === digest : tags.includes(use.tag),
          ),
        )

        expect(needed).toEqual([])
      }),
      runs,
    )
  })

  it('nothing goes that was pushed or pulled within a day', () => {
    fc.assert(
      fc.property(someFacts, facts => {
        const held = new Set(facts.images.map(({ digest }) => digest))
        const recent = removed(facts).filter(({ digest, pushedAt = now, pulledAt = 0 }) => {
          const parts = facts.parts.get(digest) ?? 'unreadable'
          // Reading an index is no pull: those of its parts count.
          const isPulled =
            now - pulledAt < day && (parts === 'unreadable' || !parts.some(each => held.has(each)))
          return now - pushedAt < day || isPulled
        })

        expect(recent).toEqual([])
      }),
      runs,
    )
  })

  it('no part of an index that stays goes, and no index of which a part is needed', () => {
    fc.assert(
      fc.property(someFacts, facts => {
        const verdicts = retention(facts)
        const stays = new Set(verdicts.flatMap(({ image: each, reasons }) => (reasons[0] ? each.digest : [])))
        const torn = removed(facts).filter(({ digest }) =>
          [...facts.parts].some(
            ([index, parts]) =>
              parts !== 'unreadable' &&
              ((stays.has(index) && parts.includes(digest)) ||
                (index === digest && parts.some(part => isUsed(facts, part)))),
          ),
        )

        expect(torn).toEqual([])
      }),
      runs,
    )
  })

  it('nothing goes that is attached to something that stays', () => {
    fc.assert(
      fc.property(someFacts, facts => {
        const gone = removed(facts)
        const goes = new Set(gone.map(({ digest }) => digest))
        const stays = facts.images.map(({ digest }) => digest).filter(digest => !goes.has(digest))

        expect(gone.filter(each => subjectOf(each).some(subject => stays.includes(subject)))).toEqual([])
      }),
      runs,
    )
  })

  it('a second time removes nothing more', () => {
    fc.assert(
      fc.property(someFacts, facts => {
        const goes = new Set(removed(facts).map(({ digest }) => digest))
        const images = facts.images.filter(({ digest }) => !goes.has(digest))

        expect(removed({ ...facts, images })).toEqual([])
      }),
      runs,
    )
  })

  it('keeping more never removes more', () => {
    fc.assert(
      fc.property(someFacts, fc.nat({ max: count }), (facts, more) => {
        const before = new Set(removed(facts).map(({ digest }) => digest))
        const after = removed({ ...facts, keep: facts.keep + more })

        expect(after.filter(({ digest }) => !before.has(digest))).toEqual([])
      }),
      runs,
    )
  })

  it('is removed in an order in which no index goes after one of its parts, and all of it', () => {
    fc.assert(
      fc.property(someFacts, facts => {
        // A digest cannot be among what it is the digest of: only earlier images are parts.
        const parts: IndexParts = new Map(
          [...facts.parts].map(([index, its]) => [
            index,
            its === 'unreadable' ? its : its.filter(part => part < index),
          ]),
        )
        const gone = removed({ ...facts, parts })
        const order = removalOrder(gone, parts).flat()

        expect(order.map(({ digest }) => digest).toSorted()).toEqual(
          gone.map(({ digest }) => digest).toSorted(),
        )
        for (const [at, { digest }] of order.entries()) {
          const its = parts.get(digest) ?? []
          const earlier = order.slice(0, at).filter(each => its.includes(each.digest))
          expect(earlier).toEqual([])
        }
      }),
      runs,
    )
  })
})

function isUsed({ images, uses }: RetentionFacts, digest: string): boolean {
  const found = images.find(each => each.digest === digest)
  return uses.some(({ image: use }) =>
    'digest' in use ? found && use.digest === digest : found?.tags.includes(use.tag),
  )
}

function factsOf(facts: Partial<RetentionFacts>): RetentionFacts {
  return { images: [], parts: new Map(), uses: [], keep: 0, isMoving: isUsuallyMoving, now, ...facts }
}

function removed(facts: Partial<RetentionFacts>): readonly StoredImage[] {
  return retention(factsOf(facts)).flatMap(({ image: each, reasons }) => (reasons.length === 0 ? [each] : []))
}

function gone(facts: Partial<RetentionFacts>): readonly string[] {
  return removed(facts).map(nameOf)
}

function reasonsOf(name: string, facts: Partial<RetentionFacts>): readonly { readonly is: string }[] {
  return retention(factsOf(facts)).find(({ image: each }) => nameOf(each) === name)?.reasons ?? []
}

function image(name: string, over: Partial<StoredImage> = {}): StoredImage {
  return {
    digest: digestOf(name),
    tags: [name],
    pushedAt: now - 10 * day,
    status: 'ACTIVE',
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    ...over,
  }
}

/** 64 hexadecimal digits that can be read back. */
function digestOf(name: string): string {
  return `sha256:${Buffer.from(name).toString('hex').padStart(64, '0')}`
}

function nameOf({ digest }: StoredImage): string {
  const [hex = ''] = /[1-9a-f].*$/.exec(digest.slice('sha256:'.length)) ?? []
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString()
}
