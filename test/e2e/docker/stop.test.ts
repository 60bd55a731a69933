import { readdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../lib/adapters/system-clock.ts'
import type { Clock } from '../../../lib/names/clock.ts'
import { dockerEngine } from '../support/docker-engine.ts'
import { faultyRegistry } from '../support/registry.ts'
import { nonce, openWorkbench, shell, type Workbench } from './workbench.ts'

const engine = await dockerEngine()

/** Found among the arguments of processes. */
const long = `sleep 1${Date.now()}`

const patience = { timeout: 60_000, interval: 50 }

describe.skipIf(engine === undefined)('a build that ends early', () => {
  let bench: Workbench
  beforeAll(async () => {
    if (engine !== undefined) bench = await openWorkbench(engine)
  })
  afterAll(async () => {
    await bench?.close()
    await engine?.close()
  })

  it('leaves nothing in a step when it is stopped: no process, container, file or tag', async () => {
    const context = await bench.context({
      Dockerfile: `${shell}COPY nonce /\nRUN busybox ${long}\n`,
    })
    const stop = new AbortController()

    const building = bench.build({
      context,
      reference: `${bench.registry.host}/stopped:v1`,
      signal: stop.signal,
    })
    await vi.waitUntil(() => processesWith(long).length > 0, patience)
    stop.abort()
    const { end } = await building
    await vi.waitUntil(() => processesWith(long).length === 0, patience)

    expect(end).toEqual({ is: 'stopped' })
    await nothingIsLeft('stopped')
  })

  it('pushes no tag when it is stopped between layers and manifest', async () => {
    const stop = new AbortController()
    const held = new Set<AbortSignal>()
    const registry = await faultyRegistry({
      upstream: bench.registry.host,
      fault: ({ method, path }, gone) => {
        if (method !== 'PUT' || !path.includes('/manifests/')) return undefined
        held.add(gone)
        stop.abort()
        return new Promise(resolve => {
          gone.addEventListener('abort', () => resolve(undefined))
        })
      },
    })
    await bench.docker().login({ ...bench.registry, registry: registry.host })
    const context = await bench.context({ Dockerfile: `${shell}COPY nonce /\n` })

    const { end } = await bench.build({
      context,
      reference: `${registry.host}/halfway:v1`,
      signal: stop.signal,
    })
    // The engine gives up by itself, a moment after its client has ended.
    await vi.waitUntil(() => [...held].every(({ aborted }) => aborted), patience)
    await registry.close()

    expect(held.size).toBeGreaterThan(0)
    expect(end).toEqual({ is: 'stopped' })
    await nothingIsLeft('halfway')
  })

  it('has timed out when it takes longer than it may', async () => {
    const context = await bench.context({
      Dockerfile: `${shell}COPY nonce /\nRUN echo waits; busybox ${long}1\n`,
    })
    const timeoutMs = 4_000
    let hear = (): void => undefined
    const heard = new Promise<void>(resolve => {
      hear = resolve
    })
    const itRuns = () => vi.waitUntil(() => processesWith(`${long}1`).length > 0, patience)
    const clock: Clock = {
      now: systemClock.now,
      sleep: async (milliseconds, signal) => {
        if (milliseconds !== timeoutMs) return systemClock.sleep(milliseconds, signal)
        await heard
        await itRuns()
      },
    }

    const { end } = await bench.build({
      context,
      timeoutMs,
      clock,
      reference: `${bench.registry.host}/late:v1`,
      tell: news => news.is === 'line' && hear(),
    })
    await vi.waitUntil(() => processesWith(`${long}1`).length === 0, patience)

    expect(end).toMatchObject({
      is: 'failed',
      failure: { code: 'timed_out', step: expect.stringContaining(`${long}1`), lines: ['waits'] },
    })
    await nothingIsLeft('late')
  })

  it('does not begin when it was stopped before', async () => {
    const context = await bench.context({ Dockerfile: shell })

    const { end, steps } = await bench.build({ context, signal: AbortSignal.abort() })

    expect(end).toEqual({ is: 'stopped' })
    expect(steps).toEqual([])
  })

  async function nothingIsLeft(repository: string): Promise<void> {
    expect(processesWith(String(bench.env['TMPDIR']))).toEqual([])
    expect(await readdir(String(bench.env['TMPDIR']))).toEqual([])
    expect(await bench.registry.tags(repository)).toEqual([])
    const containers = await engine?.docker('ps', '--all', '--format={{.Command}}', '--no-trunc')
    expect(containers).not.toContain(nonce)
    expect(containers).not.toContain(long)
  }
})

/** The command lines of this machine's processes in which a text stands. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(commandLine)
    .filter(line => line.includes(text))
}

function commandLine(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
