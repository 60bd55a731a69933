import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeTerminal } from '../cli/report/fake-terminal.ts'
import { type Account, openAccount } from './support/account.ts'
import { bin, type Running, startProcess, type Variables } from './support/cli.ts'
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

const pseudoTerminal = fileURLToPath(new URL('support/pseudo-terminal.py', import.meta.url))

/** The command line at a terminal of so many columns. */
function atTerminal(columns: number, argv: readonly string[], env: Variables = {}): Running {
  return startProcess('python3', [pseudoTerminal, String(columns), process.execPath, bin, ...argv], {
    env: { ...account.env, TERM: 'xterm-256color', ...env },
  })
}

function screenOf(shown: string, columns: number): FakeTerminal {
  const terminal = new FakeTerminal({ columns, rows: 40 })
  terminal.write(shown)
  return terminal
}

const deployBoth = ['create', 'deploy', 'process=default,worker', 'docker_tag=v1.3.0', '--wait']

describe('at a terminal', () => {
  it.each([60, 120])(
    'of %i columns the last screen stays, in its width, and the cursor is there',
    async columns => {
      const { code, stdout } = await atTerminal(columns, deployBoth).ended

      const screen = screenOf(stdout, columns)
      const text = screen.text()
      expect(code).toBe(1)
      expect(text).toMatch(/default +active/)
      expect(text).toMatch(/worker +rolled back/)
      expect(text).toContain('QUEUE_URL is not set')
      expect(text.match(/worker +rolled back/g)).toHaveLength(1)
      expect(screen.isCursorHidden).toBe(false)
      expect(screen.isSynchronized).toBe(false)
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
    },
  )

  it('Ctrl-C detaches: it says how to follow or cancel, and the deployment goes on', async () => {
    // It goes on once somebody has typed.
    clock.hold()
    const command = atTerminal(100, ['create', 'deploy', 'process=default', 'docker_tag=v1.2.3', '--wait'])
    await expect.poll(() => account.sandbox.faults.count('UpdateService'), { timeout: 60_000 }).toBe(1)

    command.child.stdin?.write('\u0003')
    const { code, stdout } = await command.ended
    clock.release()

    const screen = screenOf(stdout.replaceAll('^C', ''), 100)
    expect(code).toBe(130)
    expect(screen.isCursorHidden).toBe(false)
    expect(screen.text()).toMatch(/Interrupted\./)
    expect(screen.text()).toMatch(/show deploy/)
    expect(screen.text()).toMatch(/cancel deploy/)
    await expect
      .poll(async () => (await account.json('show', 'deploy')).document.deployments[0].status, {
        timeout: 60_000,
      })
      .toBe('finalized')
  })

  it.each<{ name: string; env: Variables }>([
    { name: 'NO_COLOR', env: { NO_COLOR: '1' } },
    { name: 'TERM=dumb', env: { TERM: 'dumb' } },
  ])('with $name there are lines without any escape', async ({ env }) => {
    const { code, stdout } = await atTerminal(
      80,
      ['create', 'deploy', 'process=default', 'docker_tag=v1.2.3', '--wait'],
      env,
    ).ended

    expect(code).toBe(0)
    expect(stdout).toMatch(/default: starting candidate/)
    expect(stdout).not.toContain('\u001b')
  })

  it('status is coloured there, and plain with NO_COLOR', async () => {
    const coloured = await atTerminal(100, ['status']).ended
    const plain = await atTerminal(100, ['status'], { NO_COLOR: '1' }).ended

    expect(coloured.stdout).toContain('\u001b[')
    expect(plain.stdout).not.toContain('\u001b')
    expect(stripVTControlCharacters(coloured.stdout)).toMatch(/worker +v1\.2\.2 +active/)
  })

  it('escapes in a log line and in a tag never get there raw', async () => {
    const evil = 'evil \u001b]0;title\u0007\u001b[2J\u001b[31m\u009b5mred\u202e'
    await account.push({ tag: 'v6.6.6', behaviour: 'crash', log: [evil] })
    const deploy = await atTerminal(100, [
      'create',
      'deploy',
      'process=worker',
      'docker_tag=v6.6.6',
      'tag=\u001b[2Jtag',
      'initiator=\u001b]0;me\u0007',
      '--wait',
    ]).ended
    const show = await atTerminal(100, ['show', 'deploy']).ended
    const logs = await atTerminal(100, ['show', 'logs', 'process=worker']).ended
    const unknown = await atTerminal(100, ['create', 'deploy', 'docker_tag=\u001b[2Jnope']).ended

    expect(deploy.code).toBe(1)
    for (const { stdout } of [deploy, show, logs, unknown]) {
      // oxlint-disable-next-line no-control-regex -- that is what is looked for
      expect(stdout).not.toMatch(/\u001b\]|\u001b\[2J|\u0007|\u009b|\u202e/)
      expect(() => screenOf(stdout, 100)).not.toThrow()
    }
    expect(show.stdout + logs.stdout).toMatch(/evil/)
  })
})
