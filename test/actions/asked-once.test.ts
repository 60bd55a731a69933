import { describe, expect, it } from 'vitest'
import { askedOnce } from '../../lib/actions/asked-once.ts'
import { imageCheck } from '../../lib/actions/deploy/image-check.ts'
import type { Image, Images } from '../../lib/actions/ports.ts'
import { Trouble } from '../../lib/actions/trouble.ts'
import { fakeClock } from '../adapters/fake-clock.ts'

describe('a question that several ask', () => {
  it('is asked once within a short time, and again after it', async () => {
    const clock = fakeClock()
    const asked: string[] = []
    const ask = askedOnce(async (name: string) => `${name} ${asked.push(name)}`, {
      clock,
      keyOf: name => name,
      fresh: 2_000,
    })

    const atOnce = await Promise.all([ask('a'), ask('a'), ask('b')])
    await clock.sleep(1_999)
    const soon = await ask('a')
    await clock.sleep(1)
    const later = await ask('a')

    expect([...atOnce, soon, later]).toEqual(['a 1', 'a 1', 'b 2', 'a 1', 'a 3'])
  })

  it('is asked again where it went wrong', async () => {
    const answers = [Promise.reject(new Error('no')), Promise.resolve('yes')]
    const ask = askedOnce(() => answers.shift() ?? Promise.resolve('no more'), {
      clock: fakeClock(),
      keyOf: () => '',
      fresh: 2_000,
    })

    await expect(ask(undefined)).rejects.toThrow('no')

    expect(await ask(undefined)).toBe('yes')
  })
})

describe('an image right before it is deployed', () => {
  const pinned = { repository: 'registry/shop', digest: 'sha256:new' }
  const image: Image = { digest: pinned.digest, tags: [], status: 'ACTIVE' }

  it.each<[string, () => Promise<Image | undefined>]>([
    ['there', async () => image],
    ['there', async () => ({ ...image, status: 'ACTIVATING' })],
    ['archived', async () => ({ ...image, status: 'ARCHIVED' })],
    ['gone', async () => undefined],
    ['gone', () => Promise.reject(trouble('missing'))],
  ])('is %s', async (expected, find) => {
    expect(await checkOf(find)(pinned)).toBe(expected)
  })

  it('is not known where access is lost', async () => {
    await expect(checkOf(() => Promise.reject(trouble('denied')))(pinned)).rejects.toThrow('denied')
  })

  function checkOf(find: Images['find']): ReturnType<typeof imageCheck> {
    const images: Images = { find, newest: async () => [], platforms: async () => undefined }
    return imageCheck({ images, clock: fakeClock() })
  }
})

function trouble(kind: 'missing' | 'denied'): Trouble {
  return new Trouble({ kind, code: kind, message: kind, awsCode: kind, operation: 'DescribeImages' })
}
