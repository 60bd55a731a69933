import { describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { liveReporter } from '../../../lib/cli/report/live.ts'
import {
  deployment,
  ecs,
  group,
  healthy,
  ids,
  live,
  logLines,
  ours,
  rolledBack,
  seen,
  states,
  t0,
} from './builders.ts'
import { fakeIo } from './fake-io.ts'
import { plan, processPlan } from './plan-builders.ts'

const preparing = ['default', 'scheduler', 'worker'].map(process =>
  deployment(process, { is: 'preparing', step: 'register' }, { at: 0 }),
)
const starting = (process: string) => deployment(process, { is: 'starting', ecs: ecs(process) }, { at: 1000 })
const recorded: DeployEvent = { is: 'recorded', at: t0, group, deployments: preparing }
const changed = (to: ReturnType<typeof deployment>, seen = healthy(1)): DeployEvent => ({
  is: 'changed',
  at: t0,
  before: starting(to.process),
  deployment: to,
  seen,
})

describe('liveReporter', () => {
  it('shows a deploy from its first row to its last screen, in place', async () => {
    const io = fakeIo({ columns: 100 })
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report(recorded)
    const first = io.terminal.text()
    await io.clock.advance(20_000)
    reporter.report(changed(live('default'), healthy(2)))
    reporter.report({
      is: 'judged',
      at: t0,
      deployment: {
        ...starting('worker'),
        judged: rolledBack().state.is === 'rolled_back' ? failure() : undefined,
      },
    })
    await io.clock.advance(200)
    const middle = io.terminal.text()
    reporter.report(changed(deployment('scheduler', { is: 'live', ecs: ecs('scheduler') }, { at: 38_000 })))
    reporter.report(changed(rolledBack()))
    reporter.report({ is: 'logs', at: t0, deployment: rolledBack(), lines: logLines })
    reporter.report({
      is: 'ended',
      at: t0,
      deployments: [live('default'), live('scheduler', 38_000), rolledBack()],
    })
    reporter.end()

    expect(first).toBe(
      `
shop  v1.3.0  sha256:9f2c41d0 (by ci, commit 4be1a77)                grp_01jd3v8k2q4m6n8p0r2t4v6x8z

  ○ default    preparing  rolling  0:00
  ○ scheduler  preparing  rolling  0:00
  ○ worker     preparing  rolling  0:00

  Ctrl-C stops watching; the deployments go on in ECS.`.trimStart(),
    )
    expect(middle).toBe(
      `
shop  v1.3.0  sha256:9f2c41d0 (by ci, commit 4be1a77)                grp_01jd3v8k2q4m6n8p0r2t4v6x8z

  ● default    active              2/2 tasks  2/2 targets healthy  rolling  0:41
  ○ scheduler  preparing                                           rolling  0:20
  ◐ worker     starting candidate                                  rolling  0:20
      container_exited: "worker" exited with code 1, twice, 0.4 s after its start. Asking ECS to
      roll back.

  Ctrl-C stops watching; the deployments go on in ECS.`.trimStart(),
    )
    expect(io.terminal.text()).toBe(
      `
shop  v1.3.0  sha256:9f2c41d0 (by ci, commit 4be1a77)                grp_01jd3v8k2q4m6n8p0r2t4v6x8z

  ● default    active       2/2 tasks      2/2 targets healthy  rolling  0:41
  ● scheduler  active       1/1 tasks                           rolling  0:38
  ✗ worker     rolled back  1/1 on v1.2.3                       rolling  0:22
      container_exited: "worker" exited with code 1, twice, 0.4 s after its start.
      task 5c1e0a3b  EssentialContainerExited  10:42:07Z
        | Error: QUEUE_URL is not set
        |   at main (worker.js:12:11)
      v1.2.3 is running again (checked). Next:
        tapit -a shop show logs deploy=dep_01jd3v8k2q4m6n8p0r2t4v6x8c`.trimStart(),
    )
  })

  it('redraws at most ten times a second, and once a second when nothing happens', async () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })
    const drawn = () => io.terminal.written.split('\u001b[?2026h').length - 1

    for (let look = 0; look < 50; look++) reporter.report(recorded)
    const atOnce = drawn()
    await io.clock.advance(100)
    const soon = drawn()
    await io.clock.advance(10_000)

    expect({ atOnce, soon, later: drawn() }).toEqual({ atOnce: 1, soon: 2, later: 12 })
    reporter.end()
  })

  it('shows the latest state even when it came between two redraws', async () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report(recorded)
    reporter.report(changed(live('default'), healthy(2)))
    await io.clock.advance(100)

    expect(io.terminal.text()).toContain('● default    active')
    reporter.end()
  })

  it('leaves the cursor shown and nobody waiting, at the end and between any two screens', async () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report(recorded)
    const between = { hidden: io.terminal.isCursorHidden, synchronized: io.terminal.isSynchronized }
    reporter.end()
    reporter.end()
    const length = io.terminal.written.length
    await io.clock.advance(5000)

    expect(between).toEqual({ hidden: false, synchronized: false })
    expect(io.terminal.isCursorHidden).toBe(false)
    expect(io.terminal.written).toHaveLength(length)
  })

  it('writes nothing at all when nothing was reported', () => {
    const io = fakeIo()

    liveReporter(io, { clock: io.clock }).end()

    expect(io.terminal.written).toBe('')
  })

  it('leaves nothing of a plan that nothing was recorded for', () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report({ is: 'planned', at: t0, plan: plan([processPlan('default'), processPlan('worker')]) })
    const before = io.terminal.text()
    reporter.end()

    expect(before).toBe('shop  v1.4.0  sha256:77aa01c2 (pushed 0 s ago)')
    expect(io.terminal.text()).toBe('')
  })

  it('fits 71 processes into 24 lines: the ones in trouble first, then how many more', async () => {
    const io = fakeIo()
    const names = Array.from({ length: 71 }, (_, index) => `p${String(index).padStart(2, '0')}`)
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report({ is: 'recorded', at: t0, group, deployments: names.map(name => live(name)) })
    reporter.report(changed(rolledBack('p42')))
    reporter.report(changed(deployment('p70', { is: 'checking', ecs: ecs('p70') })))
    await io.clock.advance(100)

    expect(io.terminal.scrolled()).toBe(0)
    expect(io.terminal.text().split('\n').length).toBeLessThanOrEqual(23)
    expect(io.terminal.text()).toMatch(/✗ p42 .*\n {6}container_exited/)
    expect(io.terminal.text().indexOf('◐ p70')).toBeLessThan(io.terminal.text().indexOf('● p00'))
    expect(io.terminal.text()).toMatch(/… \d\d more active/)
    reporter.end()
    expect(io.terminal.text().match(/● p\d\d/g)).toHaveLength(69)
  })

  it('shortens what stands under the rows before it leaves out a row in trouble', async () => {
    const io = fakeIo({ rows: 20 })
    const names = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`)
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report({ is: 'recorded', at: t0, group, deployments: names.map(name => rolledBack(name)) })
    await io.clock.advance(100)

    expect(io.terminal.text().match(/✗ p\d\d/g)).toHaveLength(12)
    expect(io.terminal.scrolled()).toBe(0)
    reporter.end()
  })

  it('draws over all of the screen after the terminal was made narrower', async () => {
    const io = fakeIo({ columns: 120 })
    const reporter = liveReporter(io, { clock: io.clock })
    reporter.report(recorded)

    const wide = io.terminal.text()
    const rewrapped = fakeIo({ columns: 60 })
    rewrapped.terminal.write(`${wide}\n`)
    io.terminal.written = ''
    io.terminal.columns = 60
    await io.clock.advance(1000)
    rewrapped.terminal.write(io.terminal.written)

    expect(rewrapped.terminal.text().match(/default/g)).toHaveLength(1)
    expect(rewrapped.terminal.text().match(/grp_/g)).toHaveLength(1)
    reporter.end()
  })

  it('keeps warnings, and what another command holds until it is free', async () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report({ is: 'warned', at: t0, warning: { is: 'no_tasks_wanted', process: 'worker' } })
    reporter.report({ is: 'waiting_for_lease', at: t0, process: 'default', holder: 'ada', seconds: 60 })
    reporter.report(recorded)
    await io.clock.advance(200)
    const before = io.terminal.text()
    reporter.report(changed(live('default'), healthy(2)))
    reporter.end()

    expect(before).toContain('! worker: its desired count is 0')
    expect(before).toContain('○ default: held by ada')
    expect(io.terminal.text()).toContain('! worker: its desired count is 0')
    expect(io.terminal.text()).not.toContain('held by ada')
  })

  it('says while AWS slows it down, and no longer', async () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })
    reporter.report(recorded)

    reporter.report({ is: 'slowed', at: t0, wait: 5000, reason: 'ThrottlingException' })
    await io.clock.advance(200)
    const during = io.terminal.text()
    await io.clock.advance(6000)

    expect(during).toContain('AWS did not serve a request (ThrottlingException): asking again in 5 s')
    expect(io.terminal.text()).not.toContain('did not serve')
    reporter.end()
  })

  it.each([
    ['interrupted', 'Interrupted. ECS goes on with default, scheduler and worker'],
    ['time_over', 'The time given (--timeout) is over. ECS goes on with'],
  ] as const)('says how to follow and cancel what was left: %s', (why, beginning) => {
    const io = fakeIo({ columns: 100 })
    const reporter = liveReporter(io, { clock: io.clock })
    reporter.report(recorded)

    reporter.report({ is: 'left', at: t0, why, deployments: preparing })
    reporter.end()

    expect(io.terminal.text()).toContain(beginning)
    expect(io.terminal.text()).toContain(`tapit -a shop show deploy id=${ids.group}`)
    expect(io.terminal.text()).toContain(`tapit -a shop cancel deploy id=${ids.group}`)
  })

  it('says that a state is unknown, and never that it failed', () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })
    reporter.report(recorded)

    reporter.report({ is: 'unknown', at: t0, deployments: preparing, reason: 'the credentials have expired' })
    reporter.end()

    expect(io.terminal.text()).toContain(
      'state unknown of default, scheduler and worker: the credentials have expired.',
    )
    expect(io.terminal.text()).not.toContain('failed')
  })

  it('fails when the terminal does', async () => {
    const io = fakeIo()
    const reporter = liveReporter(io, { clock: io.clock })
    reporter.report(recorded)
    io.stderr.write = () => {
      throw new Error('EIO')
    }

    await io.clock.advance(2000)

    expect(() => reporter.report(recorded)).toThrow('EIO')
  })

  it('draws every state in every width without going beyond it', async () => {
    const io = fakeIo({ columns: 60, rows: 60 })
    const reporter = liveReporter(io, { clock: io.clock })
    const all = Object.entries(states).map(([name, state]) => deployment(name, state))

    reporter.report({ is: 'recorded', at: t0, group, deployments: all })
    reporter.report({ is: 'seen', at: t0, deployment: starting('starting'), seen: seen({ ours: ours() }) })
    await io.clock.advance(100)

    expect(
      Math.max(
        ...io.terminal
          .text()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(60)
    reporter.end()
  })
})

function failure() {
  const { state } = rolledBack()
  return state.is === 'rolled_back' ? state.failure : undefined
}
