import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildLogs } from '../../lib/adapters/build-logs.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'build-logs-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const open = () => buildLogs({ env: { XDG_STATE_HOME: home } }).open({ app: 'shop', image: 'shop/worker' })

it('keeps the last build of an image, for this user alone', async () => {
  for (const line of ['first', 'second']) {
    const log = await open()
    log?.write(line)
    await log?.end()
  }

  const path = join(home, 'tapit/builds/shop/shop-worker.log')
  expect(await readFile(path, 'utf8')).toBe('second\n')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

it('names no file where none can be kept', async () => {
  await mkdir(join(home, 'tapit/builds/shop/shop-worker.log'), { recursive: true })

  expect(await open()).toBeUndefined()
})
