import { expect, it } from 'vitest'
import { chooseReporter } from '../../../lib/cli/report/choose-reporter.ts'
import { viewOf } from '../../../lib/cli/report/view.ts'
import { group, live, t0 } from './builders.ts'
import { fakeIo } from './fake-io.ts'

const text = { output: 'text', verbose: false, debug: false, sandbox: false } as const

it.each([
  ['a terminal', {}, text, true],
  ['a pipe', { isTTY: false }, text, false],
  ['NO_COLOR', { env: { NO_COLOR: '1' } }, text, false],
  ['an empty NO_COLOR, which is unset', { env: { NO_COLOR: '' } }, text, true],
  ['TERM=dumb', { env: { TERM: 'dumb' } }, text, false],
  ['-o json', {}, { ...text, output: 'json' }, false],
  ['--debug', {}, { ...text, debug: true }, false],
  ['--verbose', {}, { ...text, verbose: true }, false],
] as const)('draws a screen or writes lines for %s', (_case, options, global, isLive) => {
  const io = fakeIo(options)
  const reporter = chooseReporter(io, global, io.clock)

  reporter.report({ is: 'recorded', at: t0, group, deployments: [live('default')] })
  reporter.end()

  expect(io.terminal.written.includes('\u001b[')).toBe(isLive)
  expect(reporter.leavesScreen).toBe(isLive)
})

it.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{ isTTY: false }, { FORCE_COLOR: '1' }, false],
])('paints by rule: %o %o', (output, env, isPainted) => {
  const io = fakeIo({ ...output, env })

  expect(viewOf(io.stdout, { env, now: t0 }).paint('bad', 'x')).toBe(
    isPainted ? '\u001b[31mx\u001b[39m' : 'x',
  )
})

it.each([
  [{}, false],
  [{ LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'C' }, true],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, true],
  [{ LC_ALL: '', LANG: 'C.utf8' }, false],
])('takes its marks from the locale: %o', (env, isAscii) => {
  expect(viewOf(fakeIo().stdout, { env, now: t0 }).isAscii).toBe(isAscii)
})

it('does not cut lines for a pipe', () => {
  expect(viewOf(fakeIo({ isTTY: false }).stdout, { env: {}, now: t0 }).columns).toBe(Infinity)
})
