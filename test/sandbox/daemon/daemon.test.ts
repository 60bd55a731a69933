import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answerHook } from '../../../lib/sandbox/daemon/answer-hook.ts'
import { readEndpoint } from '../../../lib/sandbox/daemon/endpoint.ts'
import { resetSandbox } from '../../../lib/sandbox/daemon/reset-sandbox.ts'
import { sandboxStatus } from '../../../lib/sandbox/daemon/sandbox-status.ts'
import { type StartOptions, startSandbox } from '../../../lib/sandbox/daemon/start-sandbox.ts'
import { stopSandbox } from '../../../lib/sandbox/daemon/stop-sandbox.ts'
import { digestOf } from '../../../lib/sandbox/ecr/digest-of.ts'
import { pushImage } from '../../../lib/sandbox/push-image.ts'
import { registryClient } from '../ecr/registry-client.ts'

const entry = fileURLToPath(new URL('../../../lib/sandbox/daemon/main.ts', import.meta.url))

async function openHome() {
  const home = await mkdtemp(join(tmpdir(), 'tapit-sandbox-'))
  onTestFinished(async () => {
    await stopSandbox({ home })
    await rm(home, { recursive: true, force: true, maxRetries: 10 })
  })
  const start = (options: Partial<StartOptions> = {}) =>
    startSandbox({ home, entry, version: '1.0.0', execArgv: ['--import', 'tsx'], ...options })
  return { home, start }
}

/** The state as another version of tapit would have saved it. */
async function changeSaved(home: string, change: (saved: object) => unknown): Promise<void> {
  const path = join(home, 'state.json')
  const saved: unknown = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify(change(saved as object)))
}

async function tagsAt(url: string): Promise<string[]> {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }
  const ecr = new ECRClient({ endpoint: url, region: 'us-east-1', credentials })
  const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'shop' }))
  return imageDetails.flatMap(({ imageTags = [] }) => imageTags)
}

describe('the daemon', { timeout: 120_000 }, () => {
  it('is started once by several commands at once, and keeps its state and address over a restart', async () => {
    const { home, start } = await openHome()

    const commands = await Promise.all([start(), start(), start()])
    const { url, pid, region } = await start()
    await pushImage({ url, region, repository: 'shop', tag: 'v9' })
    const stopped = [await stopSandbox({ home }), await stopSandbox({ home })]
    const status = await sandboxStatus({ home })
    const again = await start()

    expect(commands.filter(({ started }) => started)).toHaveLength(1)
    expect(new Set(commands.map(command => command.pid))).toEqual(new Set([pid]))
    expect(stopped).toEqual([true, false])
    expect(status).toBeUndefined()
    expect(again).toMatchObject({ url, started: true })
    expect(await tagsAt(again.url)).toContain('v9')
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    expect((await stat(join(home, 'endpoint.json'))).mode & 0o777).toBe(0o600)
  })

  it('of another version of tapit is replaced, and the state stays', async () => {
    const { start } = await openHome()
    const old = await start()
    await pushImage({ url: old.url, region: old.region, repository: 'shop', tag: 'v9' })

    const young = await start({ version: '1.1.0' })

    expect(young).toMatchObject({ version: '1.1.0', started: true })
    expect(young.pid).not.toBe(old.pid)
    expect(await tagsAt(young.url)).toContain('v9')
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('starts anew after %s, with what it had saved', async signal => {
    const { home, start } = await openHome()
    const { url, region, pid } = await start()
    await pushImage({ url, region, repository: 'shop', tag: 'v9' })
    await expect.poll(() => readFile(join(home, 'state.json'), 'utf8'), { timeout: 30_000 }).toContain('"v9"')
    process.kill(pid, signal)
    await expect.poll(() => sandboxStatus({ home }), { timeout: 30_000 }).toBeUndefined()

    const again = await start()

    expect(again.pid).not.toBe(pid)
    expect(await tagsAt(again.url)).toContain('v9')
  })

  it('saves what changed right before it was stopped', async () => {
    const { start } = await openHome()
    const { url, region, pid } = await start()
    await pushImage({ url, region, repository: 'shop', tag: 'v9' })
    process.kill(pid, 'SIGTERM')

    await expect.poll(start, { timeout: 30_000 }).toMatchObject({ started: true })

    expect(await tagsAt(url)).toContain('v9')
  })

  it('takes its timings from the environment, and is restarted when they are others', async () => {
    const { start } = await openHome()
    const first = await start({ env: { ...process.env, TAPIT_SANDBOX_TIMINGS: 'realistic' } })
    const second = await start()
    const third = await start({ timings: 'short' })

    const odd = start({ env: { TAPIT_SANDBOX_TIMINGS: 'slow' } })

    await expect(odd).rejects.toThrow("TAPIT_SANDBOX_TIMINGS must be short or realistic; got 'slow'")
    expect([first, second, third].map(({ timings, started }) => [timings, started])).toEqual([
      ['realistic', true],
      ['realistic', false],
      ['short', true],
    ])
  })

  it('takes its region from the environment', async () => {
    const { start } = await openHome()

    const there = await start({ env: { ...process.env, TAPIT_SANDBOX_REGION: 'eu-west-1' } })
    const odd = start({ env: { TAPIT_SANDBOX_REGION: 'mars' } })

    await expect(odd).rejects.toThrow("TAPIT_SANDBOX_REGION must be a region such as eu-west-1; got 'mars'")
    expect(there.region).toBe('eu-west-1')
  })

  it('takes its account from the environment', async () => {
    const { start } = await openHome()

    const there = await start({ env: { ...process.env, TAPIT_SANDBOX_ACCOUNT: '111122223333' } })
    const odd = start({ env: { TAPIT_SANDBOX_ACCOUNT: '1111' } })

    await expect(odd).rejects.toThrow('TAPIT_SANDBOX_ACCOUNT must be the 12 digits of an account')
    expect(there.account).toBe('111122223333')
  })

  it('stays where it was over a restart, and refuses to be anywhere else until it is reset', async () => {
    const { home, start } = await openHome()
    await start({ region: 'us-west-2', account: '111122223333' })

    const whileRunning = start({ region: 'eu-west-1' })
    await expect(whileRunning).rejects.toThrow(
      `TAPIT_SANDBOX_REGION is eu-west-1, and the sandbox in ${home} is in us-west-2, where it stays.`,
    )
    await stopSandbox({ home })
    const whileStopped = start({ account: '444455556666' })
    await expect(whileStopped).rejects.toThrow(
      `TAPIT_SANDBOX_ACCOUNT is 444455556666, and the sandbox in ${home} is in 111122223333, where it stays.`,
    )
    const again = await start()
    await stopSandbox({ home })
    await resetSandbox({ home })
    const anew = await start({ region: 'eu-west-1' })

    expect(again).toMatchObject({ region: 'us-west-2', account: '111122223333' })
    expect(anew).toMatchObject({ region: 'eu-west-1', account: '123456789012' })
  })

  it('takes how long a minute lasts, keeps it while its timings stay, and is restarted when it is another', async () => {
    const { start } = await openHome()

    const pace = [
      await start({ minute: 500 }),
      await start(),
      await start({ minute: 500 }),
      await start({ minute: 700 }),
    ]
    const slow = await start({ timings: 'realistic' })

    expect(pace.map(({ minute, started }) => [minute, started])).toEqual([
      [500, true],
      [500, false],
      [500, false],
      [700, true],
    ])
    expect([slow.timings, slow.minute]).toEqual(['realistic', 60_000])
  })

  it.each(['stop', 'SIGKILL'] as const)('goes as fast as before after %s, unless it is told', async end => {
    const { home, start } = await openHome()
    const { pid } = await start({ timings: 'realistic', minute: 700 })
    if (end === 'stop') await stopSandbox({ home })
    else process.kill(pid, end)
    await expect.poll(() => sandboxStatus({ home }), { timeout: 30_000 }).toBeUndefined()

    const again = await start()
    await stopSandbox({ home })
    const told = await start({ minute: 800 })
    await stopSandbox({ home })
    const other = await start({ timings: 'short' })

    expect([again, told, other].map(({ timings, minute }) => [timings, minute])).toEqual([
      ['realistic', 700],
      ['realistic', 800],
      ['short', 2000],
    ])
  })

  it.each([undefined, {}, { timings: 'slow', minute: 1 }, { timings: 'realistic', minute: -1 }])(
    'reads a saved state whose pace is %j, and goes at its usual one',
    async pace => {
      const { home, start } = await openHome()
      const { url, region } = await start({ minute: 700 })
      await pushImage({ url, region, repository: 'shop', tag: 'v9' })
      await stopSandbox({ home })
      await changeSaved(home, saved => ({ ...saved, pace }))

      const { timings, minute, notice } = await start()

      expect({ timings, minute, notice }).toEqual({ timings: 'short', minute: 2000 })
      expect(await tagsAt(url)).toContain('v9')
    },
  )

  it('says that the example app of an older version lacks what strategies need, until it is reset', async () => {
    const { home, start } = await openHome()
    await start()
    await stopSandbox({ home })
    await changeSaved(home, saved => {
      const text = JSON.stringify(saved).replaceAll('"alternateTargetGroupArn"', '"other"')
      return JSON.parse(text.replaceAll('/tapit/shop/strategies/careful', '/tapit/shop/strategies/mine'))
    })

    const { notice } = await start()
    const reset = await resetSandbox({ home })

    expect(notice).toContain('`tapit sandbox reset`')
    expect(reset).toBeDefined()
    expect(reset?.notice).toBeUndefined()
  })

  it('keeps what a Lambda hook is to answer with its state', async () => {
    const { home, start } = await openHome()
    await start()
    await answerHook({ functionName: 'smoke-test', answer: 'failed', stage: 'POST_SCALE_UP' }, { home })
    await stopSandbox({ home })

    const saved: unknown = JSON.parse(await readFile(join(home, 'state.json'), 'utf8'))

    expect(saved).toMatchObject({
      state: {
        ecs: { hookAnswers: [{ functionName: 'smoke-test', answer: 'failed', stage: 'POST_SCALE_UP' }] },
      },
    })
    await expect(answerHook({ functionName: 'smoke-test', answer: 'failed' }, { home })).rejects.toThrow(
      'does not answer',
    )
  })

  it.each([
    '',
    '[]',
    '{"functionName":"a","answer":"perhaps"}',
    '{"functionName":"","answer":"failed"}',
    '{"functionName":"a","answer":"failed","stage":"BAKE_TIME"}',
  ])('refuses %j as the answer of a hook', async body => {
    const { home, start } = await openHome()
    const { url } = await start()
    const token = (await readEndpoint(home))?.token ?? ''

    const { status } = await fetch(`${url}/_tapit/hook`, {
      method: 'POST',
      body,
      headers: { 'x-tapit-token': token },
    })

    expect(status).toBe(400)
  })

  it('forgets everything when it is reset, under the same address', async () => {
    const { home, start } = await openHome()
    const { url, region, pid } = await start()
    await pushImage({ url, region, repository: 'shop', tag: 'v9' })

    const status = await resetSandbox({ home })

    expect(status).toMatchObject({ url, pid })
    expect(await tagsAt(url)).toContain('v1.2.3')
    expect(await tagsAt(url)).not.toContain('v9')
  })

  it('is reset by several commands at once', async () => {
    const { home, start } = await openHome()
    const { url, pid } = await start()

    const all = await Promise.all([1, 2, 3, 4].map(() => resetSandbox({ home })))

    expect(all.map(status => status?.pid)).toEqual([pid, pid, pid, pid])
    expect(await tagsAt(url)).toContain('v1.2.3')
    expect(await readFile(join(home, 'sandbox.log'), 'utf8')).not.toMatch(/Error/)
  })

  it('keeps pushed layers in its home, and what was left half done only until its end', async () => {
    const { home, start } = await openHome()
    const first = await start()
    const files = () => readdir(join(home, 'layers'))
    const registry = registryClient(first.url, { now: () => Date.now() })
    await registry.push('shop', 'v9', { layers: ['a layer'] })
    const upload = await registry.send('/v2/shop/blobs/uploads/', { method: 'POST' })
    await registry.send(upload.headers.get('location') ?? '', { method: 'PATCH', body: 'half a layer' })
    const during = await files()

    await stopSandbox({ home })
    const stopped = await files()
    const { url } = await start()
    const layer = await registry.send(`/v2/shop/blobs/${digestOf('a layer')}`)
    await resetSandbox({ home })

    expect([during.length, stopped.length]).toEqual([3, 2])
    expect(url).toBe(first.url)
    expect(await layer.text()).toBe('a layer')
    await expect(files()).rejects.toThrow('ENOENT')
  })

  it('removes pushed layers when it is reset without running', async () => {
    const { home, start } = await openHome()
    const { url } = await start()
    await registryClient(url, { now: () => Date.now() }).push('shop', 'v9')
    await stopSandbox({ home })

    await resetSandbox({ home })

    expect(await readdir(home)).not.toContain('layers')
  })

  it('says that a saved state could not be read, and keeps it', async () => {
    const { home, start } = await openHome()
    await writeFile(join(home, 'state.json'), '{"format":1,"state":{"ecs":')

    const { notice } = await start()

    const kept = (await readdir(home)).find(name => name.startsWith('state.unreadable-'))
    expect(notice).toContain(kept)
    expect(await readFile(join(home, kept ?? ''), 'utf8')).toBe('{"format":1,"state":{"ecs":')
  })

  it('answers its control paths only to who knows the token', async () => {
    const { home, start } = await openHome()
    const { url } = await start()
    const endpoint = await readEndpoint(home)
    const statusWith = async (token: string) =>
      (await fetch(`${url}/_tapit/status`, { headers: { 'x-tapit-token': token } })).status

    const statuses = [
      await statusWith(''),
      await statusWith('guess'),
      await statusWith(endpoint?.token ?? ''),
    ]
    const stop = await fetch(`${url}/_tapit/stop`, { method: 'POST' })

    expect(statuses).toEqual([403, 403, 200])
    expect(stop.status).toBe(403)
    expect(await sandboxStatus({ home })).toBeDefined()
  })

  it('is started although a killed command left its lock', async () => {
    const { home, start } = await openHome()
    await writeFile(join(home, 'lock'), '999999999')

    await expect(start()).resolves.toMatchObject({ started: true })
  })

  it('that cannot start says what its log says', async () => {
    const { start } = await openHome()

    const starting = start({ entry: fileURLToPath(new URL('no-such-file.ts', import.meta.url)) })

    await expect(starting).rejects.toThrow(/no-such-file/)
  })

  it('ends when nobody asked it anything for long', async () => {
    const { home, start } = await openHome()
    const { pid } = await start({ idleMinutes: 0.005 })

    await expect.poll(() => sandboxStatus({ home }), { timeout: 30_000 }).toBeUndefined()

    expect(pid).toBeGreaterThan(0)
  })
})
