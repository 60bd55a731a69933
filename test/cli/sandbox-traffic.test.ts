import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Second, sendTraffic } from '../../lib/cli/traffic/send-traffic.ts'
import { type Answer, nothing, tallied, total } from '../../lib/cli/traffic/tally.ts'
import { secondText, totalText } from '../../lib/cli/wording/traffic-text.ts'
import { stopSandbox } from '../../lib/sandbox/daemon/stop-sandbox.ts'
import { FakeClock } from './report/fake-clock.ts'

const noon = Date.UTC(2026, 10, 20, 12)
const good: Answer = { status: 200, dockerTag: 'v1', imageDigest: 'sha256:9f2c41d0' }

/** What was yielded, with the clock moved on until the end. */
async function everySecond(
  options: Partial<Parameters<typeof sendTraffic>[0]> & { clock: FakeClock },
): Promise<readonly Second[]> {
  const seen: Second[] = []
  const { signal } = new AbortController()
  const traffic = sendTraffic({ rps: 10, ask: async () => good, signal, ...options })
  const state = { isOver: false }
  const sending = (async () => {
    for await (const second of traffic) seen.push(second)
    state.isOver = true
  })()
  while (!state.isOver) await options.clock.advance(5)
  await sending
  return seen
}

describe('traffic', () => {
  it('is sent at a steady pace, and told second by second', async () => {
    const seen = await everySecond({ clock: new FakeClock(noon), seconds: 3 })

    expect(seen.map(({ at, requests }) => [at - noon, requests])).toEqual([
      [0, 10],
      [1000, 10],
      [2000, 10],
    ])
  })

  it('does not wait for slow answers, which count in the second in which they come', async () => {
    const clock = new FakeClock(noon)
    const ask = () => clock.sleep(1450).then(() => good)

    const seen = await everySecond({ clock, seconds: 3, ask })

    expect(seen.map(({ requests }) => requests)).toEqual([0, 6, 11, 13])
    expect(total(seen)).toMatchObject({ requests: 30, lost: 0 })
  })

  it('ends when it is told to, without what is still under way', async () => {
    const clock = new FakeClock(noon)
    const stop = new AbortController()
    void clock.sleep(1500).then(() => stop.abort())
    let sent = 0
    const ask = () => (sent++ < 12 ? Promise.resolve(good) : new Promise<never>(() => {}))

    const seen = await everySecond({ clock, ask, signal: stop.signal })

    expect(seen.map(({ requests }) => requests)).toEqual([10, 2])
  })

  it('leaves out what a machine that slept did not send', async () => {
    const clock = new FakeClock(noon)
    let isAsleep = false
    const napping = {
      now: () => clock.now() + (isAsleep ? 3_600_000 : 0),
      sleep: (milliseconds: number, signal?: AbortSignal) => clock.sleep(milliseconds, signal),
    }
    void clock.sleep(500).then(() => (isAsleep = true))

    const { signal } = new AbortController()
    const traffic = sendTraffic({ rps: 10, seconds: 3600, ask: async () => good, clock: napping, signal })
    const first = traffic.next()
    await clock.advance(600)

    const { value } = await first
    expect(value?.requests).toBeLessThan(20)
  })
})

const answers: readonly Answer[] = [
  good,
  good,
  { status: 500, dockerTag: 'v2' },
  { status: 200, imageDigest: 'sha256:0123456789abcdef' },
  { status: 503 },
  undefined,
]

describe('what users saw', () => {
  const tally = answers.reduce(tallied, nothing)

  it('is told by version, with the errors', () => {
    expect(secondText({ at: noon, ...tally })).toBe(
      '12:00:00Z  6 rps  sha256:01234567 1 (17 %)  v1 2 (33 %)  v2 1 (17 %)  errors 3 (50 %)',
    )
    expect(totalText(tally)).toBe(
      '6 requests, sha256:01234567 1 (17 %), v1 2 (33 %), v2 1 (17 %), errors: 1 × 500 + 1 × 503, lost: 1',
    )
  })

  it('fits 60 columns, and tears nothing apart', () => {
    const lines = [secondText({ at: noon, ...tally }, { columns: 60 }), totalText(tally, { columns: 60 })]

    expect(lines.join('\n')).toBe(`12:00:00Z  6 rps  sha256:01234567 1 (17 %)  v1 2 (33 %)
  v2 1 (17 %)  errors 3 (50 %)
6 requests, sha256:01234567 1 (17 %), v1 2 (33 %),
  v2 1 (17 %), errors: 1 × 500 + 1 × 503, lost: 1`)
  })

  it('rounds nothing away', () => {
    const many = { ...nothing, requests: 1000, versions: { v1: 999, v2: 1 } }

    expect(secondText({ at: noon, ...many })).toBe('12:00:00Z  1000 rps  v1 999 (>99 %)  v2 1 (<1 %)')
    expect(totalText(nothing)).toBe('0 requests, errors: none, lost: none')
  })
})

describe('tapit sandbox traffic', { timeout: 60_000 }, () => {
  let home = ''
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tapit-traffic-'))
  })
  afterAll(async () => {
    await stopSandbox({ home })
    await rm(home, { recursive: true, force: true })
  })

  /** The command line in a process of its own, interrupted once it has said so many lines. */
  async function tapit(
    line: string,
    { interruptAfter = Infinity }: { interruptAfter?: number } = {},
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const bin = fileURLToPath(new URL('../../bin/tapit.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', bin, 'sandbox', 'traffic', ...line.split(' ')],
      {
        env: { PATH: process.env['PATH'], TAPIT_SANDBOX_HOME: home },
      },
    )
    const said = { stdout: '', stderr: '' }
    let isInterrupted = false
    child.stderr.on('data', (text: Buffer) => (said.stderr += String(text)))
    child.stdout.on('data', (text: Buffer) => {
      said.stdout += String(text)
      const lines = said.stdout.split('\n').length - 1
      if (lines >= interruptAfter && !isInterrupted) isInterrupted = child.kill('SIGINT')
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', code => resolve({ code, ...said }))
    })
  }

  it('shows which version answers the users of the app, until Ctrl-C', async () => {
    const { code, stdout } = await tapit('rps=50', { interruptAfter: 2 })

    const [first, ...others] = stdout.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(first).toMatch(/^\d\d:\d\d:\d\dZ  \d+ rps  v1\.2\.2 \d+ \(100 %\)$/)
    expect(others.at(-1)).toMatch(/^\d+ requests, v1\.2\.2 \d+ \(100 %\), errors: none, lost: none$/)
  })

  it('answers one document with -o json', async () => {
    const { code, stdout } = await tapit('rps=20 seconds=1 -o json')

    const document = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(document).toMatchObject({
      schemaVersion: 1,
      url: expect.stringMatching(/^http:\/\/shop-[0-9a-f]{8}\.us-east-1\.elb\.localhost:\d+\/$/),
      rps: 20,
      total: { requests: 20, versions: { 'v1.2.2': 20 }, errors: {}, lost: 0 },
    })
    expect(document.seconds[0]).toMatchObject({ at: expect.stringMatching(/Z$/), errors: {}, lost: 0 })
  })

  it.each([
    ['rps=501', /from 1 to 500/],
    ['rps=abc', /from 1 to 500/],
    ['seconds=0', /from 1 to 86400/],
    ['url=https://example.com/', /not the address of a load balancer of the sandbox/],
    ['url=nonsense', /not the address of a load balancer of the sandbox/],
    ['url=', /url=/],
    ['speed=1', /speed/],
  ])('refuses %s', async (words, message) => {
    const { code, stdout, stderr } = await tapit(words)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })
})
