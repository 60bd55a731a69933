import { readdir } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { openDocker } from '../../../lib/adapters/docker/docker.ts'
import { systemClock } from '../../../lib/adapters/system-clock.ts'
import type { BuildEnd, BuildNews, ImageBuild } from '../../../lib/build/ports.ts'
import type { Clock } from '../../../lib/names/clock.ts'
import { someBuild } from './some-build.ts'
import { digest, fails, pushed, type StandIn, standInDocker } from './stand-in-docker.ts'

let standIn: StandIn | undefined
afterEach(() => standIn?.remove())

async function build(
  answer: string,
  more: Partial<ImageBuild> = {},
  options: {
    readonly signal?: AbortSignal
    readonly tell?: (news: BuildNews) => void
    readonly clock?: Clock
  } = {},
): Promise<{
  readonly end: BuildEnd
  readonly calls: readonly string[]
  readonly news: readonly BuildNews[]
}> {
  standIn = await standInDocker(answer)
  const news: BuildNews[] = []
  const docker = openDocker({ env: standIn.env, clock: options.clock ?? systemClock })
  const end = await docker.build(someBuild(more), {
    signal: options.signal ?? new AbortController().signal,
    tell: each => (news.push(each), options.tell?.(each)),
  })
  return { end, calls: await standIn.calls(), news }
}

/** One object of raw progress, told on stderr. */
function tells(progress: unknown): string {
  return `printf '%s\\n' '${JSON.stringify(progress)}' >&2`
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const started = '2026-11-21T12:00:00Z'

describe('a build', () => {
  it('is one call where all goes well', async () => {
    const { end, calls } = await build(pushed)

    expect(end).toEqual({ is: 'built', digest, steps: 0, cachedSteps: 0 })
    expect(calls).toHaveLength(1)
    expect(await readdir(String(standIn?.folder))).toEqual(['calls', 'docker'])
  })

  it('tells each step once, its lines, and what came out of the cache', async () => {
    const one = {
      digest: 'sha256:1',
      name: '[build 1/3] FROM node',
      started,
      completed: started,
      cached: true,
    }
    const two = {
      digest: 'sha256:2',
      name: '[build 2/3] COPY . .',
      started,
      completed: started,
      cached: true,
    }
    const three = { digest: 'sha256:3', name: '[build 3/3] RUN  npm\n  ci' }
    const log = {
      vertex: 'sha256:3',
      stream: 1,
      data: base64('added \u001B[1m3\u001B[0m\n'),
      timestamp: started,
    }

    const { end, news } = await build(
      [
        tells({ vertexes: [{ digest: 'sha256:0', name: '[auth] sharing credentials', started }] }),
        tells({ vertexes: [{ digest: 'sha256:4', name: '[internal] load build context', started }] }),
        tells({ vertexes: [one, two, three] }),
        tells({ vertexes: [{ ...three, started }], logs: [log] }),
        tells({ vertexes: [{ ...three, started, completed: started }] }),
        tells({ warnings: [{ vertex: 'sha256:3', short: base64('JSONArgsRecommended') }] }),
        pushed,
      ].join('\n'),
    )

    const at = Date.parse(started)
    expect(end).toMatchObject({ steps: 2, cachedSteps: 1 })
    expect(news).toMatchObject([
      { is: 'step', at, step: 'load build context', isCached: false },
      { is: 'step', at, step: '[build 1/3] FROM node', isCached: true },
      { is: 'step', at, step: '[build 2/3] COPY . .', isCached: true },
      { is: 'step', at, step: '[build 3/3] RUN npm ci', isCached: false },
      { is: 'line', at, message: 'added 3' },
      { is: 'line', message: 'warning: JSONArgsRecommended' },
    ])
  })

  it('says that the cache was not saved, and is built all the same', async () => {
    const vertex = { digest: 'sha256:1', name: 'exporting cache to registry', started }
    const error = 'error writing manifest blob: unexpected status: 403 Forbidden'

    const { end, news } = await build(
      [tells({ vertexes: [vertex] }), tells({ vertexes: [{ ...vertex, error }] }), pushed].join('\n'),
    )

    expect(end).toMatchObject({ is: 'built' })
    expect(news.at(-1)).toMatchObject({ message: `the cache was not saved: ${error}` })
  })

  it('fails with the step that failed, not with those that were cancelled or caches that were missing', async () => {
    const vertex = (name: string, error: string): unknown => ({ digest: name, name, started, error })
    const error = 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 2'

    const { end } = await build(
      [
        tells({ vertexes: [vertex('importing cache manifest from x', 'not found')] }),
        tells({ vertexes: [vertex('[a 2/2] RUN one', 'context canceled')] }),
        tells({ vertexes: [vertex('[b 2/2] RUN two', error)] }),
        fails(`ERROR: failed to solve: ${error}`),
      ].join('\n'),
    )

    expect(end).toMatchObject({ failure: { code: 'step_failed', step: '[b 2/2] RUN two', exitCode: 2 } })
  })

  it.each([
    ['of Docker, once more', 'pushing 127.0.0.1:5000/shop:v1 with docker', { is: 'built', digest }],
    ['of BuildKit', 'exporting to image', { is: 'failed', failure: { code: 'tag_immutable' } }],
  ])('whose tag does not move at a push %s', async (_whose, name, expected) => {
    const error = 'The image tag v1 already exists and cannot be overwritten because the tag is immutable.'
    const id = `pushing manifest for 127.0.0.1:5000/shop:v1@${digest}`
    const { end } = await build(
      [
        tells({ statuses: [{ id, vertex: 'sha256:1', started, completed: started }] }),
        tells({ vertexes: [{ digest: 'sha256:2', name, started, completed: started, error }] }),
        `echo 'ERROR: ${error}' >&2`,
        'exit 1',
      ].join('\n'),
    )

    expect(end).toMatchObject(expected)
  })

  it('fails when Docker does not say what it pushed', async () => {
    const { end } = await build('exit 0')

    expect(end).toMatchObject({ failure: { code: 'build_failed' } })
  })

  it.each([
    'ERROR: Attestation is not supported for the docker driver.',
    'ERROR: failed to build: Cache export is not supported for the docker driver.',
    'ERROR: Multi-platform build is not supported for the docker driver.',
    'ERROR: multiple platforms feature is currently not supported for docker driver. Please switch to a different driver (eg. "docker buildx create --use")',
  ])('takes a builder in a container after “%s”', async words => {
    const { end, calls } = await build(
      `case "$*" in *--builder=*) ${pushed};; 'buildx build '*) ${fails(words)};; esac`,
    )

    expect(end).toMatchObject({ is: 'built', digest })
    expect(calls.map(call => call.replace(/ --progress.*/, ''))).toEqual([
      'buildx build',
      expect.stringMatching(/^buildx create --name=tapit-[0-9a-f]{12} --driver=docker-container$/),
      expect.stringMatching(/^buildx inspect --bootstrap tapit-[0-9a-f]{12}$/),
      expect.stringMatching(/^buildx build --builder=tapit-[0-9a-f]{12}$/),
    ])
  })

  it('with limits takes a builder with them at once, on the engine’s own network', async () => {
    const { end, calls } = await build(pushed, { memory: 512, cpus: 1.5 })

    expect(end).toMatchObject({ is: 'built' })
    expect(calls[0]).toMatch(
      /^buildx create --name=tapit-[0-9a-f]{12} --driver=docker-container --driver-opt=memory=512m --driver-opt=memory-swap=512m --driver-opt=cpu-period=100000 --driver-opt=cpu-quota=150000$/,
    )
    expect(calls.join()).not.toContain('network')
  })

  it('takes the builder that is there already', async () => {
    const { end } = await build(
      `case "$*" in 'buildx create '*) ${fails('ERROR: existing instance for "tapit-1" but no append mode, specify the node name to make changes for existing instances')};; *--builder=*) ${pushed};; esac`,
      { memory: 512 },
    )

    expect(end).toMatchObject({ is: 'built' })
  })

  it('fails where no such builder can be made', async () => {
    const { end } = await build(
      `case "$*" in *--bootstrap*) ${fails('ERROR: Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: no such host')};; esac`,
      { memory: 512 },
    )

    expect(end).toMatchObject({
      failure: { code: 'engine_unfit', message: expect.stringContaining('no such host') },
    })
  })

  it('fails where such a builder would not reach the registry', async () => {
    const { end, calls } = await build(pushed, { memory: 512, reference: 'localhost:5000/shop:v1' })

    expect(end).toMatchObject({ failure: { code: 'engine_unfit' } })
    expect(calls).toEqual([])
  })

  it('gives images of different repositories builders of their own', async () => {
    const first = await build(pushed, { memory: 512, reference: 'registry.example.com/web:v1' })
    await standIn?.remove()
    const second = await build(pushed, { memory: 512, reference: 'registry.example.com/worker:v1' })
    await standIn?.remove()
    const again = await build(pushed, { memory: 512, reference: 'registry.example.com/web:v2' })

    expect(second.calls[0]).not.toBe(first.calls[0])
    expect(again.calls[0]).toBe(first.calls[0])
  })

  it('is stopped with all that it started, even what does not want to', async () => {
    const stop = new AbortController()
    const graceMs = 5_000

    const { end } = await build(
      `trap '' TERM\n${tells({ vertexes: [{ digest: 'sha256:1', name: '[1/1] RUN x', started }] })}\nwhile :; do :; done`,
      {},
      { signal: stop.signal, tell: () => stop.abort(), clock: withoutWaiting(graceMs) },
    )

    expect(end).toEqual({ is: 'stopped' })
    expect(await readdir(String(standIn?.folder))).toEqual(['calls', 'docker'])
  })

  it('that takes longer than it may is stopped', async () => {
    const { end } = await build(
      'while :; do :; done',
      { timeoutMs: 90_000 },
      { clock: withoutWaiting(90_000) },
    )

    expect(end).toMatchObject({
      failure: { code: 'timed_out', message: 'the build was stopped: it took longer than 90 s.', lines: [] },
    })
  })

  it('that had come to its end when it was stopped is built', async () => {
    const stop = new AbortController()

    const { end } = await build(
      `trap '${pushed.replaceAll("'", `'"'"'`)}; exit 0' TERM\n${tells({ vertexes: [{ digest: 'sha256:1', name: 'pushing', started }] })}\nwhile :; do :; done`,
      {},
      { signal: stop.signal, tell: () => stop.abort(), clock: withPatience(5_000) },
    )

    expect(end).toMatchObject({ is: 'built', digest })
  })

  it('refuses an old buildx', async () => {
    await expect(build(fails('ERROR: invalid progress mode rawjson'))).rejects.toMatchObject({
      code: 'no_buildx',
      advice: expect.stringContaining('0.13'),
    })
  })

  it('masks a secret that a step prints', async () => {
    const log = { vertex: 'sha256:1', data: base64('it is hunter2-hunter2!\n') }

    standIn = await standInDocker(
      `${tells({ vertexes: [{ digest: 'sha256:1', name: '[1/1] RUN x', started }], logs: [log] })}\n${pushed}`,
    )
    const lines: string[] = []
    await openDocker({ env: { ...standIn.env, TOKEN: 'hunter2-hunter2' }, clock: systemClock }).build(
      someBuild({ secrets: [{ id: 'token', variable: 'TOKEN' }] }),
      { signal: new AbortController().signal, tell: news => news.is === 'line' && lines.push(news.message) },
    )

    expect(lines).toEqual(['it is ***!'])
  })
})

/** Time that passes as ever, but for waits of this length. */
function withoutWaiting(length: number): Clock {
  return whereWaits(length, 0)
}

/** Whoever is given so long is given as long as a busy machine may take. */
function withPatience(length: number): Clock {
  return whereWaits(length, 60_000)
}

function whereWaits(length: number, last: number): Clock {
  return {
    now: () => systemClock.now(),
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds === length ? last : milliseconds, signal),
  }
}
