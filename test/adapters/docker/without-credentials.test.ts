import { describe, expect, it } from 'vitest'
import { withoutCredentials } from '../../../lib/adapters/docker/without-credentials.ts'

describe('a text without credentials', () => {
  it.each([
    ['https://user:secret@example.com/x', 'https://example.com/x'],
    ['git clone https://ghp_token@github.com/a/b', 'git clone https://github.com/a/b'],
    ['Authorization: Basic QVdTOnNlY3JldA==', 'Authorization: Basic ***'],
    ['"Authorization":"Bearer abc.def"', '"Authorization":"Bearer ***"'],
    ['sent Bearer eyJhbGciOiJIUzI1NiJ9.e30', 'sent Bearer ***'],
    ['https://s3.example.com/?X-Amz-Signature=abc&x=1', 'https://s3.example.com/?X-Amz-Signature=***&x=1'],
  ])('%s becomes %s', (text, shown) => {
    expect(withoutCredentials(text)).toBe(shown)
  })

  it.each([
    'docker-image://alpine@sha256:abcdef',
    'https://registry.npmjs.org/@types/node',
    'ssh://git@github.com/a/b.git',
    'name <someone@example.com>',
    'Basic authentication is off',
  ])('%s stays', text => {
    expect(withoutCredentials(text)).toBe(text)
  })
})
