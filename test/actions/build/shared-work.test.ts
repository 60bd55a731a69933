import { expect, it } from 'vitest'
import { sharedWork } from '../../../lib/actions/build/shared-work.ts'

type Telling = { signal: AbortSignal; tell: (news: string) => void }

it('is done once for all who want it, and told to each from its beginning', async () => {
  const { work, done, told } = scripted()
  const [first, second]: [string[], string[]] = [[], []]
  const one = work.join({ signal: new AbortController().signal, tell: news => first.push(news) })
  told('a')
  const other = work.join({ signal: new AbortController().signal, tell: news => second.push(news) })
  told('b')
  done('built')

  expect(await Promise.all([one, other])).toEqual(['built', 'built'])
  expect([first, second]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
})

it('goes on while anybody still wants it', async () => {
  const { work, done, isStopped } = scripted()
  const [leaving, staying] = [new AbortController(), new AbortController()]
  const one = work.join({ signal: leaving.signal, tell: () => {} })
  const other = work.join({ signal: staying.signal, tell: () => {} })

  leaving.abort()
  expect(isStopped()).toBe(false)
  staying.abort()
  expect(isStopped()).toBe(true)
  done('stopped')
  expect(await Promise.all([one, other])).toEqual(['stopped', 'stopped'])
})

it('answers at once who comes after its end', async () => {
  const { work, done } = scripted()
  const { signal } = new AbortController()
  const first = work.join({ signal, tell: () => {} })
  done('built')
  await first

  expect(await work.join({ signal, tell: () => {} })).toBe('built')
})

it('is stopped at once where the only one who wants it has given up before', async () => {
  const { work, done, isStopped } = scripted()
  const joined = work.join({ signal: AbortSignal.abort(), tell: () => {} })

  expect(isStopped()).toBe(true)
  done('stopped')
  expect(await joined).toBe('stopped')
})

function scripted() {
  let end: (how: string) => void = () => {}
  let telling: Telling | undefined
  let times = 0
  const work = sharedWork<string, string>(options => {
    times += 1
    if (times > 1) throw new Error('the work was done twice')
    telling = options
    return new Promise(resolve => {
      end = resolve
    })
  })
  return {
    work,
    done: (how: string) => end(how),
    told: (news: string) => telling?.tell(news),
    isStopped: () => telling?.signal.aborted ?? false,
  }
}
