import { expect, it } from 'vitest'
import { findImages } from '../../lib/actions/images/find-images.ts'
import type { Images } from '../../lib/actions/ports.ts'

const place = { container: 'web', repository: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop' }

it('takes the newest image where there is no latest: no build cache, and no signature, which is pushed after its image', async () => {
  const images = newestFirst(
    [`sha256-${'a'.repeat(64)}.sig`],
    ['buildcache'],
    ['cache-headers-0123456789abcdef'],
    ['v1'],
  )

  const [found] = await findImages([place], undefined, images)

  expect(found).toMatchObject({ dockerTag: 'cache-headers-0123456789abcdef', chosen: 'newest' })
})

function newestFirst(...tags: readonly string[][]): Images {
  return {
    find: async () => undefined,
    newest: async () =>
      tags.map((each, index) => ({ digest: `sha256:${index}`, tags: each, status: 'ACTIVE' })),
    platforms: async () => undefined,
  }
}
