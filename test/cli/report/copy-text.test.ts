import { expect, it } from 'vitest'
import { copyText } from '../../../lib/cli/wording/copy-text.ts'

const copy = {
  from: 'here/shop',
  to: 'there/shop',
  processes: [],
  dockerTag: 'v1',
  digest: 'sha256:0123456789ab',
}

it('says which image a tag named before that moves', () => {
  const moved = { ...copy, replaced: 'sha256:ba9876543210' }

  expect(copyText({ ...moved, end: { is: 'copied' } })).toBe(
    'copied v1 (sha256:01234567) to there/shop, where v1 was sha256:ba987654',
  )
  expect(copyText({ ...copy, end: { is: 'copied' } })).toBe('copied v1 (sha256:01234567) to there/shop')
})
