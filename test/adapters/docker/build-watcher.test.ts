import { expect, it } from 'vitest'
import { type BuildWatcher, watchBuild } from '../../../lib/adapters/docker/build-watcher.ts'
import { masking } from '../../../lib/adapters/docker/masking.ts'
import type { BuildNews } from '../../../lib/build/ports.ts'

const at = '2026-11-20T12:00:00Z'

function watched({ secret = 'geheim' } = {}): BuildWatcher & { readonly told: readonly BuildNews[] } {
  const told: BuildNews[] = []
  const watcher = watchBuild({ now: () => 0, tell: news => void told.push(news), mask: masking([secret]) })
  return { ...watcher, told }
}

it('counts a step once, though it is told of twice', () => {
  const watcher = watched()
  const copy = { name: '[2/2] COPY app .', started: at, completed: at }

  watcher.see({ vertexes: [{ digest: 'a', name: '[1/2] COPY package.json .', started: at, completed: at }] })
  watcher.see({
    vertexes: [
      { digest: 'b', ...copy },
      { digest: 'c', ...copy, cached: true },
    ],
  })

  expect(watcher.counts()).toEqual({ steps: 2, cachedSteps: 1 })
})

it('counts no step under the number that it has in another build', () => {
  const watcher = watched()
  const done = { started: at, completed: at, cached: true }

  watcher.see({
    vertexes: [
      { digest: 'a', name: '[build 1/2] COPY package.json .', ...done },
      { digest: 'b', name: '[build 1/7] COPY package.json .', ...done },
      { digest: 'c', name: '[build 2/2] RUN npm ci', started: at, completed: at },
      { digest: 'd', name: '[run 2/2] COPY --from=build app .', started: at, completed: at },
    ],
  })

  expect(watcher.counts()).toEqual({ steps: 3, cachedSteps: 1 })
})

it('tells nothing of a secret that is longer than a line may be', () => {
  const secret = 'geheim'.repeat(1000)
  const watcher = watched({ secret })
  const data = Buffer.from(`key=${secret}\n`).toString('base64')

  watcher.see({ vertexes: [{ digest: 'a', name: '[1/1] RUN cat key', started: at }] })
  watcher.see({ logs: [{ vertex: 'a', data, timestamp: at }] })

  const lines = watcher.told.filter(news => news.is === 'line')
  expect(lines.map(({ message }) => message)).toEqual(['key=***'])
})
