import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Io } from '../../lib/cli/io.ts'
import { main } from '../../lib/cli/main.ts'
import { processIo } from '../../lib/cli/process-io.ts'
import { type Shop, openShop } from '../fakes/shop.ts'
import { runningTags } from './deploy/scenes.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('a reader of stdout that has gone', () => {
  it('ends the following of logs, quietly', async () => {
    const { io, stderr } = ioOf(shop, { closesAfter: 500 })

    const code = await main(['show', 'logs', '--follow'], io)

    expect({ code, stderr: stderr() }).toEqual({ code: 0, stderr: '' })
  })

  it('does not end a deployment: it is followed, and its outcome is the exit code', async () => {
    const { io } = ioOf(shop, { closesAfter: 0 })

    const code = await main(['create', 'deploy', 'process=default', 'docker_tag=v1.2.3', '--wait'], io)

    expect(code).toBe(0)
    expect(runningTags(shop, 'default')).toEqual(['v1.2.3'])
  })

  it('is no Ctrl-C', () => {
    const io = processIo({ version: '0', clock: shop.clock })
    let interrupts = 0
    const stop = io.onInterrupt(() => (interrupts += 1))

    process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    stop()

    expect({ interrupts, isClosed: io.stdout.closed?.aborted }).toEqual({ interrupts: 0, isClosed: true })
  })
})

/** A world whose stdout closes after so many milliseconds of the shop's time. */
function ioOf(
  { clock, env }: Shop,
  { closesAfter }: { closesAfter: number },
): { readonly io: Io; readonly stderr: () => string } {
  let written = ''
  const closed = new AbortController()
  void clock.sleep(closesAfter).then(() => closed.abort())
  const output = { isTTY: false, columns: () => undefined, rows: () => undefined }
  const io: Io = {
    stdout: { ...output, write: () => {}, closed: closed.signal },
    stderr: { ...output, write: text => (written += text) },
    env,
    cwd: '/',
    version: '0.0.0-test',
    clock,
    onInterrupt: () => () => {},
    leave: () => {},
  }
  return { io, stderr: () => written }
}
