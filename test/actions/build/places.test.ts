import { expect, it } from 'vitest'
import { places } from '../../../lib/actions/build/places.ts'

it('lets so many work at once and no more, in the order in which they came', async () => {
  const inPlace = places(2)
  const begun: number[] = []
  const finish: (() => void)[] = []
  const works = [0, 1, 2, 3].map(index =>
    inPlace(async () => {
      begun.push(index)
      await new Promise<void>(resolve => finish.push(resolve))
      return index
    }),
  )
  await settled()
  expect(begun).toEqual([0, 1])

  finish[1]?.()
  await works[1]
  await settled()
  expect(begun).toEqual([0, 1, 2])

  finish[0]?.()
  await settled()
  for (const end of finish) end()
  await settled()
  for (const end of finish) end()
  expect(await Promise.all(works)).toEqual([0, 1, 2, 3])
})

it('gives the place of one that fails to the next', async () => {
  const inPlace = places(1)

  const failed = inPlace(() => Promise.reject(new Error('no')))
  const next = inPlace(async () => 'done')

  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('done')
})

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}
