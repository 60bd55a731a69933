import { describe, expect, it } from 'vitest'
import { rebuildSource } from '../../lib/build/rebuild-source.ts'
import { rebuildObstacleText, rebuildText } from '../../lib/cli/wording/rebuild-text.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'
const https = 'https://github.com/example-org/shop'
const record = { dockerTag: 'v1.4.0', gitHash: commit, source: https }

function configured(source?: string) {
  return { build: { ...(source !== undefined && { source }) } }
}

describe('an image that is gone', () => {
  it.each([
    ['git@github.com:example-org/shop.git'],
    ['https://github.com/example-org/shop.git'],
    ['https://github.com/Example-Org/Shop/'],
    ['ssh://git@github.com/example-org/shop'],
    ['ssh://git@ssh.github.com:443/example-org/shop.git'],
    ['git://github.com/example-org/shop'],
    ['https://github.com:8443/example-org/shop'],
  ])('is built again from the repository of tapit.yml, where the record means the same: %s', source => {
    expect(rebuildSource({ ...record, source }, configured(https))).toEqual({
      is: 'possible',
      source: { url: https, ref: commit },
    })
  })

  it.each([
    ['https://github.com/example-org/shop2'],
    ['https://github.com/evil/shop'],
    ['https://evil.example.com/example-org/shop'],
    ['https://github.com.evil.example.com/example-org/shop'],
    ['https://github.com@evil.example.com/example-org/shop'],
    ['ext::sh -c touch% /tmp/x'],
    ['--upload-pack=x'],
    ['/srv/git/shop'],
    ['file:///example-org/shop'],
    [''],
  ])('is not, where the record names another: %s', source => {
    expect(rebuildSource({ ...record, source }, configured(https))).toEqual({
      is: 'impossible',
      why: 'other_repository',
      recorded: source,
      configured: https,
    })
  })

  it.each([
    { what: 'a commit', given: { dockerTag: 'v1', source: https }, why: { why: 'no_commit' } },
    {
      what: 'a whole commit',
      given: { dockerTag: 'v1', source: https, gitHash: '0123456' },
      why: { why: 'no_commit', gitHash: '0123456' },
    },
    {
      what: 'a commit that is one',
      given: { dockerTag: 'v1', source: https, gitHash: '--upload-pack=x' },
      why: { why: 'no_commit', gitHash: '--upload-pack=x' },
    },
    {
      what: 'a clean tree',
      given: { dockerTag: 'main-0123456789abcdef-dirty', gitHash: commit },
      why: { why: 'dirty', commit },
    },
    {
      what: 'a repository in the record',
      given: { dockerTag: 'v1', gitHash: commit },
      why: { why: 'no_recorded_source', commit, configured: https },
    },
  ])('is not without $what', ({ given, why }) => {
    expect(rebuildSource(given, configured(https))).toEqual({ is: 'impossible', ...why })
  })

  it('is not without a tapit.yml, nor with one that names no repository', () => {
    expect(rebuildSource(record, undefined)).toEqual({ is: 'impossible', why: 'no_config', recorded: https })
    expect(rebuildSource(record, configured())).toEqual({
      is: 'impossible',
      why: 'no_configured_source',
      recorded: https,
    })
  })
})

describe('what is said of it', () => {
  it('tells from where it is built again, and that the digest is a new one', () => {
    expect(rebuildText('v1.4.0', { url: https, ref: commit })).toBe(
      'the image v1.4.0 is gone; it is built again from https://github.com/example-org/shop at 0123456789abcdef. It comes out with a digest of its own, not with the old one.',
    )
  })

  it.each([
    [
      { why: 'no_commit' } as const,
      'its deployment does not know the commit.',
      'Deploy another version: tapit list images shows what there is.',
    ],
    [
      { why: 'dirty', commit } as const,
      'it was built from 0123456789abcdef and changes that were in no commit.',
      'Deploy another version: tapit list images shows what there is.',
    ],
    [
      { why: 'no_recorded_source', commit, configured: https } as const,
      'its deployment knows the commit, 0123456789abcdef, but not of which repository.',
      `If you know that it is: tapit image deploy source=${https} ref=${commit}`,
    ],
    [
      { why: 'no_config', recorded: https } as const,
      `its deployment says that it is from ${https}, and there is no tapit.yml here that says so too.`,
      'Run this in the folder of the app’s tapit.yml.',
    ],
    [
      { why: 'other_repository', recorded: 'git@evil:x', configured: https } as const,
      `its deployment says that it is from git@evil:x, but tapit.yml names ${https}.`,
      'If that is right, say so in tapit.yml: build: { source: … }.',
    ],
  ])('tells why it cannot be built again, and what to do: $why', (obstacle, why, advice) => {
    expect(rebuildObstacleText('v1.4.0', obstacle)).toEqual({
      message: `the image v1.4.0 is gone, and cannot be built again: ${why}`,
      advice,
    })
  })
})
