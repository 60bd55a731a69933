import { describe, expect, it } from 'vitest'
import type { ImageList, ListedImage } from '../../../lib/actions/images/list-images.ts'
import { listImages } from '../../../lib/cli/report/list-images.ts'
import { t0, view } from './builders.ts'

const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop'
const hour = 3_600_000

function image(tags: readonly string[], over: Partial<ListedImage> = {}): ListedImage {
  return {
    digest: `sha256:9f2c41d0${'ab'.repeat(28)}`,
    tags,
    status: 'ACTIVE',
    pushedAt: t0 - hour,
    pulledAt: t0 - 60_000,
    sizeInBytes: 45_200_000,
    uses: [],
    ...over,
  }
}

function list(
  images: readonly ListedImage[],
  over: Partial<ImageList['repositories'][number]> = {},
): ImageList {
  return {
    app: 'shop',
    environment: 'production',
    repositories: [
      { uri, processes: ['default', 'worker'], total: images.length, images, gone: [], ...over },
    ],
    unclear: [],
  }
}

const some = list([
  image(['v1.3.0'], { sizeInBytes: undefined, pulledAt: undefined }),
  image(['latest', 'v1.2.3', 'v1.2.3-rc1', 'buildcache'], {
    uses: [
      { process: 'default', is: 'running', image: { digest: 'sha256:1' } },
      { process: 'worker', is: 'rollback_target', image: { digest: 'sha256:1' } },
    ],
  }),
  image([], {
    status: 'ARCHIVED',
    uses: [{ process: 'worker', is: 'running', image: { digest: 'sha256:2' } }],
  }),
])

describe('list images', () => {
  it('has a row for each image, with its uses at the end', () => {
    expect(listImages(some, view(140)).join('\n')).toMatchInlineSnapshot(`
      "shop (production)
      123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop                                           default and worker
        TAG         ALSO                DIGEST           PUSHED  SIZE   PULLED
        v1.3.0                          sha256:9f2c41d0  1 h     –      never
        v1.2.3      v1.2.3-rc1, latest  sha256:9f2c41d0  1 h     45 MB  1 min   runs in default · rollback target of worker
        <untagged>                      sha256:9f2c41d0  1 h     45 MB  1 min   archived · runs in worker
        2 of 3 images. tapit -a shop list images limit=3"
    `)
  })

  it('fits 60 columns, and loses no tag and no use', () => {
    const lines = listImages(some, view(60))

    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "shop (production)
      123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop
        default and worker
        TAG         DIGEST           PUSHED  SIZE   PULLED
        v1.3.0      sha256:9f2c41d0  1 h     –      never
        v1.2.3      sha256:9f2c41d0  1 h     45 MB  1 min
            also v1.2.3-rc1, latest
            runs in default
            rollback target of worker
        <untagged>  sha256:9f2c41d0  1 h     45 MB  1 min
            archived
            runs in worker
        2 of 3 images. tapit -a shop list images limit=3"
    `)
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(60)
  })

  it('says how to see more where there are more', () => {
    const lines = listImages(list([image(['v1'])], { total: 4_000 }), view(80))

    expect(lines.at(-1)).toBe('  1 of 4000 images. tapit -a shop list images limit=1000')
  })

  it('says what to do where there are none', () => {
    expect(listImages(list([]), view(80))).toEqual([
      'shop (production)',
      `${uri}             default and worker`,
      '  No images yet. tapit -a shop image build',
    ])
  })

  it('says which image is needed and gone, and whose repository cannot be told', () => {
    const gone = [
      {
        digest: `sha256:${'12'.repeat(32)}`,
        uses: [{ process: 'worker', is: 'rollback_target', image: { tag: '' } } as const],
      },
    ]
    const unclear = [{ process: 'cron', message: 'its task definition (none) cannot be read.' }]

    const lines = listImages({ ...list([image(['v1'])], { gone }), unclear }, view(100))

    expect(lines.slice(-2)).toEqual([
      '  sha256:12121212 is gone: rollback target of worker.',
      '  cron: its task definition (none) cannot be read.',
    ])
  })

  it('obeys nothing that a tag says', () => {
    const lines = listImages(list([image(['v1\u001b[2J'])]), view(100))

    expect(lines.join('')).not.toContain('\u001b')
  })
})
