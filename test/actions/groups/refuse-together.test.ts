import { expect, it } from 'vitest'
import { refuseTogether } from '../../../lib/actions/groups/refuse-together.ts'
import { Refusal } from '../../../lib/names/refusal.ts'

it('advises what is typed where the app is, in its own region', () => {
  const error = new Refusal({
    code: 'in_progress',
    message: 'another deployment of worker is in progress.',
    advice: 'tapit -a shop show deploy id=dep_1 shows it.',
  })

  const refusal = refuseTogether([{ label: 'shop@us-west-2', error }])

  expect(refusal.message).toBe('shop@us-west-2: another deployment of worker is in progress.')
  expect(refusal.advice).toBe('tapit -a shop@us-west-2 show deploy id=dep_1 shows it.')
})
