import { expect, it } from 'vitest'
import { withoutSecrets } from '../../lib/names/without-secrets.ts'

it.each([
  ['see https://ada:hunter2@git.example.com/x', 'see https://…@git.example.com/x'],
  ['postgres://u:p@ss@db/shop', 'postgres://…@db/shop'],
  ['image build source=https://x:ghp_1@github.com/o/r', 'image build source=https://…@github.com/o/r'],
  ['token=abc123 was leaked', 'token=… was leaked'],
  ['GITHUB_TOKEN=ghp_abc, and more', 'GITHUB_TOKEN=…, and more'],
  ["reason='API-Key: abc'", "reason='API-Key: …'"],
  ['config.token=abc', 'config.token=…'],
  ['{"password":"hunter2","user":"ada"}', '{"password":"…","user":"ada"}'],
  ['Authorization: Bearer eyJhbGciOi', 'Authorization: Bearer …'],
  ['https://s3/x?X-Amz-Signature=ab12&X-Amz-Date=1', 'https://s3/x?X-Amz-Signature=…&X-Amz-Date=1'],
])('%j is told as %j', (text, told) => {
  expect(withoutSecrets(text)).toBe(told)
})

it.each([
  'the token was rotated',
  'list deploys next_token=abc',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db',
  'see https://example.com/a?mail=ada@example.com',
  'asked by ada@example.com: https://example.com/ticket/7',
  'ssm:/shop/token, see there',
  'docker_tag=v1.2.3 process=default',
])('%j stays as it is', text => {
  expect(withoutSecrets(text)).toBe(text)
})

it('takes no longer for what is long', () => {
  const text = `${'token'.repeat(20_000)} ${'://'.repeat(20_000)}`

  expect(withoutSecrets(text)).toBe(text)
})
