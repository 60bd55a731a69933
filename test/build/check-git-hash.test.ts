import { expect, it } from 'vitest'
import { checkGitHash } from '../../lib/build/check-git-hash.ts'

it.each(['0123abc', '0123456789ABCDEF0123456789abcdef01234567', 'a'.repeat(64)])('may be %s', hash => {
  expect(checkGitHash(hash)).toBe(hash)
})

it.each(['', 'main', '012345', 'a b/../c', '0123abc\n', 'a'.repeat(65)])('refuses the commit %j', hash => {
  expect(() => checkGitHash(hash)).toThrow(
    expect.objectContaining({
      code: 'bad_git_hash',
      exitCode: 2,
      advice: expect.stringContaining('git rev-parse HEAD'),
    }),
  )
})
