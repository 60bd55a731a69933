import { fc } from '../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import { automaticTag } from '../../lib/build/automatic-tag.ts'
import { checkDockerTag } from '../../lib/build/check-docker-tag.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'
const digits = '0123456789abcdef'

describe('the automatic tag', () => {
  it.each([
    ['a branch', { branch: 'main' }, `main-${digits}`],
    ['a tag, which comes before the branch', { tag: 'v1.4.0', branch: 'main' }, `v1.4.0-${digits}`],
    ['an empty tag, which is none', { tag: '', branch: 'main' }, `main-${digits}`],
    ['slashes', { branch: 'feature/checkout/x' }, `feature-checkout-x-${digits}`],
    ['what no tag may hold', { branch: 'fix #12 (ümlaut)' }, `fix-12-mlaut-${digits}`],
    ['a beginning that no tag may have', { branch: '.-hidden' }, `hidden-${digits}`],
    ['nothing that is left', { branch: '///' }, digits],
    ['a detached HEAD', {}, digits],
    ['the commit itself', { branch: commit }, digits],
    ['the beginning of the commit', { tag: commit.slice(0, 8) }, digits],
    ['a short tag that the commit begins with by chance', { tag: '0' }, `0-${digits}`],
    ['uncommitted work', { branch: 'main', isDirty: true }, `main-${digits}-dirty`],
    ['uncommitted work on a detached HEAD', { isDirty: true }, `${digits}-dirty`],
  ])('is made of %s', (_, source, tag) => {
    expect(automaticTag({ commit, isDirty: false, ...source })).toBe(tag)
  })

  it('keeps the commit whole where the branch is too long', () => {
    const tag = automaticTag({ commit, branch: 'x'.repeat(200), isDirty: true })

    expect(tag).toBe(`${'x'.repeat(105)}-${digits}-dirty`)
    expect(tag).toHaveLength(128)
  })

  it('is always a tag that is allowed, with the commit in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (branch, isDirty) => {
        const tag = automaticTag({ commit, branch, isDirty })
        expect(checkDockerTag(tag)).toBe(tag)
        expect(tag).toMatch(isDirty ? /0123456789abcdef-dirty$/ : /0123456789abcdef$/)
      }),
    )
  })

  it('refuses where there is no commit, and says what to do', () => {
    expect(() => automaticTag({ isDirty: false, branch: 'main' })).toThrow(
      expect.objectContaining({
        code: 'no_docker_tag',
        exitCode: 2,
        advice: expect.stringMatching(/^Name it with docker_tag=/),
      }),
    )
  })
})

describe('a given docker_tag', () => {
  it.each(['v1.4.0', 'latest', '_', 'A-b_c.d', '1e3', 'x'.repeat(128)])('may be %s', tag => {
    expect(checkDockerTag(tag)).toBe(tag)
  })

  it.each([
    ['', 'it is empty'],
    ['feature/x', 'it has "/" in it'],
    ['a b', 'it has " " in it'],
    ['a\n', 'it has "\\n" in it'],
    ['.a', 'it begins with "."'],
    ['-a', 'it begins with "-"'],
    ['x'.repeat(129), 'it has 129 characters'],
    ['ü', 'it has "ü" in it'],
    [`sha256:${'a'.repeat(64)}`, 'it is a digest, and those come about by building'],
    ['buildcache', 'the build cache of the repository has it'],
  ])('refuses %j', (tag, why) => {
    expect(() => checkDockerTag(tag)).toThrow(
      expect.objectContaining({
        code: 'bad_docker_tag',
        exitCode: 2,
        message: `docker_tag="${tag}" cannot be the tag of an image: ${why}.`,
      }),
    )
  })
})
