import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeLog } from '../../lib/sandbox/logs/write-log.ts'
import { type Account, openAccount } from './support/account.ts'
import { bin, type Running, startProcess } from './support/cli.ts'
import { type PacedClock, pacedClock } from './support/paced-clock.ts'

let clock: PacedClock
let account: Account
beforeEach(async () => {
  clock = pacedClock()
  account = await openAccount({ clock })
})
afterEach(async () => {
  clock.stop()
  await account.close()
})

const deploy = ['create', 'deploy', 'process=default', 'docker_tag=v1.2.3', '--wait']

/** Under way, and followed: ECS was asked, and is looked at. Time stands still there, so that nothing ends before the signal. */
async function followed(argv: readonly string[] = deploy): Promise<Running> {
  clock.hold()
  const running = account.start(argv)
  await expect.poll(() => running.stderr(), { timeout: 60_000, interval: 20 }).toMatch(/starting candidate/)
  return running
}

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s detaches: exit 130, and how to follow or cancel',
    async signal => {
      const command = await followed()

      command.kill(signal)
      const { code, stdout, stderr } = await command.ended
      clock.release()

      expect(code).toBe(130)
      expect(stdout + stderr).toMatch(/Interrupted\. ECS goes on with default/)
      expect(stdout + stderr).toMatch(/tapit .*show deploy id=dep_/)
      expect(stdout + stderr).toMatch(/tapit .*cancel deploy id=dep_/)
      await expect
        .poll(async () => (await account.json('show', 'deploy')).document.deployments[0].status, {
          timeout: 60_000,
        })
        .toBe('finalized')
    },
  )

  it('under -o json leaves one document that says where it stands', async () => {
    const command = await followed([...deploy, '-o', 'json'])

    command.kill('SIGINT')
    const { code, stdout } = await command.ended

    const { deployments } = JSON.parse(stdout)
    expect(code).toBe(130)
    expect(deployments).toMatchObject([{ process: 'default', dockerTag: 'v1.2.3' }])
  })

  it('a second one leaves at once, whatever hangs', async () => {
    const command = await followed()
    account.sandbox.faults.add({ effect: 'hang' })
    await expect
      .poll(() => account.sandbox.faults.journal.at(-1)?.status, { timeout: 60_000, interval: 20 })
      .toBeUndefined()

    command.kill('SIGINT')
    command.kill('SIGINT')
    // Two signals at once may arrive as one.
    const again = setInterval(() => command.kill('SIGINT'), 50)
    const { code } = await command.ended
    clearInterval(again)

    expect(code).toBe(130)
  })

  it('ends show logs --follow, which has no other end', async () => {
    const command = account.start(['show', 'logs', '--follow'])
    await expect.poll(() => command.stdout(), { timeout: 60_000 }).toMatch(/order 4711 sent/)

    command.kill('SIGINT')

    expect(await command.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a reader that has enough', () => {
  const shell = (script: string) =>
    startProcess('sh', ['-c', script], { env: { ...account.env, TAPIT: bin } }).ended

  it('of a list ends it quietly', async () => {
    const { code, stdout, stderr } = await shell('node "$TAPIT" show logs | head -1')

    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toBe('')
  })

  it('of logs that are followed ends the following', async () => {
    // It is heard of at the next line, so there is one.
    const { world } = account.sandbox
    const line = { group: '/tapit/shop/worker', stream: 'shop/worker/new', message: 'order 4712 sent' }
    const writing = setInterval(() => writeLog(world.state.logs, { ...line, at: Date.now() }), 200)
    const { code, stderr } = await shell('node "$TAPIT" show logs process=worker --follow | head -1')
    clearInterval(writing)

    expect(code).toBe(0)
    expect(stderr).toBe('')
  })

  it('of a deploy does not change its outcome', async () => {
    const { stdout, stderr } = await shell(
      '(node "$TAPIT" create deploy process=default docker_tag=v1.2.3 --wait; echo "exit $?" >&2) | true',
    )

    expect(stdout).toBe('')
    expect(stderr).toMatch(/exit 0\n$/)
    expect(stderr).not.toMatch(/EPIPE|Error/)
  })

  it('a stdout that was closed before is no crash, and no silent success of a document that nobody got', async () => {
    const { code, stderr } = await shell('node "$TAPIT" status -o json >&-')

    expect(stderr).not.toMatch(/ {4}at |This is a bug/)
    expect(code).toBeLessThan(128)
  })

  it('a full disk is said, with a failing exit code', async () => {
    const { code, stderr } = await shell('node "$TAPIT" status -o json >/dev/full')

    expect(stderr).toMatch(/the output is incomplete/)
    expect(code).toBe(1)
  })
})
