import { expect, it } from 'vitest'
import type { Repository } from '../../lib/images/ports.ts'
import { stagingTag } from '../../lib/images/staging-tag.ts'

const digest = `sha256:${'0123456789ab'.padEnd(64, 'f')}`

it.each([
  [
    'the build cache’s, in a repository of ours',
    'IMMUTABLE_WITH_EXCLUSION',
    ['latest', 'buildcache*', 'env-*'],
    'v1',
    'buildcache-copy-0123456789ab',
  ],
  [
    'another one that may move',
    'IMMUTABLE_WITH_EXCLUSION',
    ['latest', 'env-*'],
    'v1',
    'env-copy-0123456789ab',
  ],
  ['none where nothing may move', 'IMMUTABLE', [], 'v1', undefined],
  ['none where one single tag may move', 'IMMUTABLE_WITH_EXCLUSION', ['latest'], 'v1', undefined],
  [
    'none for a tag that may move itself',
    'IMMUTABLE_WITH_EXCLUSION',
    ['latest', 'env-*'],
    'env-staging',
    undefined,
  ],
  ['none where all may move', 'MUTABLE', [], 'v1', undefined],
  ['another one where some stay', 'MUTABLE_WITH_EXCLUSION', ['v*'], 'v1', 'buildcache-copy-0123456789ab'],
] as const)('is %s', (_, mutability, exclusions, tag, expected) => {
  const repository: Repository = { uri: '', name: 'shop', mutability, exclusions }

  expect(stagingTag(repository, tag, digest)).toBe(expected)
})
