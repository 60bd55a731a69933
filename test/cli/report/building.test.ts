import { describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { deploymentsDocument } from '../../../lib/cli/report/json.ts'
import { linesReporter } from '../../../lib/cli/report/lines.ts'
import { listDeploys } from '../../../lib/cli/report/list-deploys.ts'
import { liveReporter } from '../../../lib/cli/report/live.ts'
import { showDeploy } from '../../../lib/cli/report/show-deploy.ts'
import { leftTexts } from '../../../lib/cli/wording/left-texts.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import type { PreparingStep } from '../../../lib/deployment/state.ts'
import type { Failure } from '../../../lib/deployment/failure.ts'
import { deployment, ecs, group, ids, live, t0, view } from './builders.ts'
import { fakeIo } from './fake-io.ts'

const failure: Failure = {
  code: 'build_failed',
  image: {
    code: 'step_failed',
    message: 'npm ci exited with code 1.',
    step: '[build 3/7] RUN npm ci',
    exitCode: 1,
    advice: 'Mend the Dockerfile.',
  },
  evidence: [{ log: { group: '/tapit/shop/deployments', stream: `${ids.worker}/build` } }],
}

const evidenceLines = [{ evidence: failure.evidence[0] ?? {}, lines: ['npm ERR! code E401'] }]

/** Being built; `worker` from a repository of its own. */
function building(
  process: string,
  { step = 'build', ...over }: Partial<Deployment> & { step?: PreparingStep } = {},
): Deployment {
  const { imageDigest: _none, ...unbuilt } = deployment(
    process,
    { is: 'preparing', step },
    {
      repository: process === 'worker' ? 'registry/shop/worker' : 'registry/shop',
      timeline: [{ is: 'preparing', step, at: t0 }],
      ...over,
    },
  )
  return { ...unbuilt, ...over }
}

function failed(process: string): Deployment {
  const before = building(process)
  return {
    ...before,
    state: { is: 'failed', reached: 'building', failure },
    timeline: [...before.timeline, { is: 'failed', at: t0 + 22_000 }],
  }
}

function stopped(process: string): Deployment {
  const before = building(process)
  const cancellation = {
    code: 'cancelled',
    reason: 'its command was interrupted while its image was built',
  } as const
  return {
    ...before,
    state: { is: 'cancelled', reached: 'building', cancellation },
    timeline: [...before.timeline, { is: 'cancelled', at: t0 + 5_000 }],
  }
}

const all = [building('default'), building('scheduler'), building('worker')]
const recorded: DeployEvent = { is: 'recorded', at: t0, group, deployments: all }

function line(each: Deployment, message: string): DeployEvent {
  return { is: 'step_log', at: t0 + 1_000, deployment: each, step: 'build', message }
}

function doing(each: Deployment, what: string): DeployEvent {
  return { is: 'doing', at: t0 + 1_000, since: t0 + 1_000, deployment: each, what }
}

describe('lines of a build', () => {
  function told(...events: readonly DeployEvent[]): string[] {
    const io = fakeIo({ isTTY: false })
    const reporter = linesReporter(io, { clock: io.clock, verbose: false })
    for (const event of events) reporter.report(event)
    reporter.end()
    return io.terminal.text().split('\n')
  }

  it('of a release command are those of the process that it runs with, and told once', () => {
    const releasing = all.map(({ process }) => building(process, { step: 'register' }))
    const [own = building('default')] = releasing
    const failed: Deployment = {
      ...own,
      state: { is: 'failed', reached: 'building', failure: { code: 'release_failed', evidence: [] } },
    }

    const lines = told(
      { ...recorded, deployments: releasing },
      doing(own, 'running the release command: node migrate.js'),
      { ...doing(own, 'running the release command: node migrate.js'), at: t0 + 61_000 },
      { is: 'step_log', at: t0 + 61_000, deployment: own, step: 'deploy', message: 'table is locked' },
      {
        is: 'logs',
        at: t0 + 62_000,
        deployment: failed,
        lines: [{ evidence: {}, lines: ['table is locked'] }],
      },
    )

    expect(lines.slice(1)).toEqual([
      '10:41:46Z default: running the release command: node migrate.js',
      '10:42:46Z default: still running the release command: node migrate.js (1:00)',
      '10:42:46Z default:   table is locked',
    ])
  })

  it('are all there, once for those that share it, and name their processes', () => {
    const lines = told(
      recorded,
      ...all.map(each => doing(each, '[3/7] RUN npm ci')),
      ...all.map(each => line(each, 'added \u001b[32m12\u001b[0m packages')),
    )

    expect(lines).toEqual([
      `10:41:45Z shop: building and deploying v1.3.0 to default, scheduler and worker as ci  ${ids.group}`,
      '10:41:46Z shop: [3/7] RUN npm ci',
      '10:41:46Z worker: [3/7] RUN npm ci',
      '10:41:46Z shop:   added 12 packages',
      '10:41:46Z worker:   added 12 packages',
    ])
  })

  it('break a long silence', () => {
    const still = { ...doing(building('worker'), '[3/7] RUN npm ci'), at: t0 + 91_000 }

    expect(told(recorded, still)[1]).toBe('10:43:16Z worker: still [3/7] RUN npm ci (1:30)')
  })

  it('go on under the others where the first that shares the build has ended', () => {
    const [first = building('default'), second = building('scheduler')] = all

    const lines = told(
      recorded,
      { is: 'changed', at: t0, before: first, deployment: stopped('default') },
      line(stopped('default'), 'one'),
      line(second, 'two'),
    )

    expect(lines.filter(text => /one|two/.test(text))).toEqual(['10:41:46Z shop:   two'])
  })

  it('are not repeated when it fails: what it was is said', () => {
    const lines = told(
      recorded,
      { is: 'changed', at: t0 + 22_000, before: building('worker'), deployment: failed('worker') },
      { is: 'logs', at: t0 + 22_000, deployment: failed('worker'), lines: evidenceLines },
    )

    expect(lines.slice(1)).toEqual([
      '10:42:07Z worker: failed: build_failed: npm ci exited with code 1. ([build 3/7] RUN npm ci).',
      `10:42:07Z worker: Mend the Dockerfile. The log: tapit -a shop show logs deploy=${ids.worker} step=build`,
    ])
  })

  it('tell each step', () => {
    const cloning = building('worker', { step: 'clone', source: 'https://github.com/example-org/shop' })
    const built = building('worker', { step: 'register', imageDigest: `sha256:9f2c41d0${'ab'.repeat(28)}` })

    const lines = told(
      { is: 'changed', at: t0, before: building('worker'), deployment: cloning },
      { is: 'changed', at: t0, before: cloning, deployment: building('worker') },
      { is: 'changed', at: t0, before: building('worker'), deployment: built },
    )

    expect(lines).toEqual([
      '10:41:45Z worker: cloning https://github.com/example-org/shop',
      '10:41:45Z worker: building',
      '10:41:45Z worker: built sha256:9f2c41d0',
    ])
  })
})

describe('the screen of a build', () => {
  it('shows beneath a row what its build does now, and for how long; once for those that share it', async () => {
    const io = fakeIo({ columns: 80 })
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report(recorded)
    for (const each of all)
      reporter.report(doing(each, '[build 3/7] RUN npm ci --omit=dev && npm cache clean'))
    await io.clock.advance(5_000)
    const screen = io.terminal.text().split('\n')
    reporter.end()

    expect(screen.filter(text => text.includes('RUN npm ci'))).toHaveLength(2)
    expect(screen).toContain('      [build 3/7] RUN npm ci --omit=dev && npm cache clean  0:03')
    expect(screen.filter(text => text.includes('building'))).toHaveLength(3)
    expect(screen.at(-1)).toBe('  Ctrl-C stops the build; nothing of it is deployed then.')
  })

  it('shows the release command beneath the row that it runs with, and what Ctrl-C does', async () => {
    const io = fakeIo({ columns: 100 })
    const reporter = liveReporter(io, { clock: io.clock })
    const releasing = all.map(({ process }) => building(process, { step: 'register' }))
    const [own = building('default')] = releasing

    reporter.report({ ...recorded, deployments: releasing })
    reporter.report(doing(own, 'running the release command: node migrate.js'))
    await io.clock.advance(5_000)
    const screen = io.terminal.text().split('\n')
    reporter.end()

    expect(screen.filter(text => text.includes('node migrate.js'))).toEqual([
      '      running the release command: node migrate.js  0:03',
    ])
    expect(screen.at(-1)).toBe('  Ctrl-C stops the release command; nothing is deployed then.')
  })

  it('is cut to the terminal', async () => {
    const io = fakeIo({ columns: 40 })
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report(recorded)
    reporter.report(doing(building('worker'), `[3/7] RUN ${'x'.repeat(200)}`))
    await io.clock.advance(200)
    const screen = io.terminal.text().split('\n')
    reporter.end()

    expect(screen.every(text => text.length < 40)).toBe(true)
    expect(screen.find(text => text.includes('[3/7]'))).toMatch(/… {2}0:00$/)
  })

  it('says what Ctrl-C does where others are in ECS already', async () => {
    const io = fakeIo({ columns: 100 })
    const reporter = liveReporter(io, { clock: io.clock })
    const starting = deployment('default', { is: 'starting', ecs: ecs('default') })

    reporter.report(recorded)
    reporter.report({ is: 'changed', at: t0, before: building('default'), deployment: starting })
    await io.clock.advance(200)
    const screen = io.terminal.text()
    reporter.end()

    expect(screen).toContain('Ctrl-C stops what is being built; the other deployments go on in ECS.')
  })

  it('ends with the last lines of what failed, and how to try again', () => {
    const io = fakeIo({ columns: 120 })
    const reporter = liveReporter(io, { clock: io.clock })

    reporter.report(recorded)
    reporter.report({ is: 'logs', at: t0, deployment: failed('worker'), lines: evidenceLines })
    reporter.report({
      is: 'ended',
      at: t0,
      deployments: [live('default'), live('scheduler'), failed('worker')],
    })
    reporter.end()

    const screen = io.terminal.text()
    expect(screen).toContain('build_failed: npm ci exited with code 1. ([build 3/7] RUN npm ci).')
    expect(screen).toContain('| npm ERR! code E401')
    expect(screen).toContain(`tapit -a shop show logs deploy=${ids.worker} step=build`)
  })
})

describe('documents of a build', () => {
  it('show a failed one: nothing changed, and the next command builds again', () => {
    const lines = showDeploy(
      {
        group,
        deployments: [failed('worker')],
        evidenceLines: new Map([[ids.worker, evidenceLines]]),
        exit: 1,
      },
      view(80),
    )

    expect(lines).toEqual([
      `shop  v1.3.0 (by ci, commit 4be1a77)              ${ids.group}`,
      '',
      '  ✗ worker  failed  rolling  0:22',
      '      build_failed: npm ci exited with code 1. ([build 3/7] RUN npm ci).',
      '        | npm ERR! code E401',
      '      Mend the Dockerfile. The log:',
      `        tapit -a shop show logs deploy=${ids.worker} step=build`,
      '',
      'worker failed: it is still on v1.2.3 (shop, 22 s).                        exit 1',
      '  fix it and:  tapit -a shop image deploy process=worker',
    ])
  })

  it.each([60, 120])('list one without a digest in %i columns', columns => {
    const text = listDeploys({ deployments: [building('worker'), failed('default')] }, view(columns)).join(
      '\n',
    )

    expect(text).toContain('building')
    expect(text).toContain('build_failed')
    expect(text).not.toContain('undefined')
  })

  it('say it to programs: the source, the steps, what the build said, and the lines where they were fetched', () => {
    const source = 'https://github.com/example-org/shop'

    const { deployments } = deploymentsDocument({
      deployments: [{ ...failed('worker'), source }],
      pointers: [],
      evidenceLines: new Map([[ids.worker, evidenceLines]]),
    })

    expect(deployments).toMatchObject([
      {
        source,
        failure: {
          code: 'build_failed',
          message: 'npm ci exited with code 1. ([build 3/7] RUN npm ci)',
          image: {
            code: 'step_failed',
            message: 'npm ci exited with code 1.',
            advice: 'Mend the Dockerfile.',
            step: '[build 3/7] RUN npm ci',
            exitCode: 1,
          },
          evidence: [{ log: { stream: `${ids.worker}/build` }, logLines: ['npm ERR! code E401'] }],
        },
        steps: [
          { name: 'clone', status: 'skipped' },
          { name: 'analyze', status: 'skipped' },
          { name: 'build', status: 'failed' },
          { name: 'deploy', status: 'skipped' },
          { name: 'health_check', status: 'skipped' },
          { name: 'finalize', status: 'skipped' },
        ],
      },
    ])
    expect(deployments).not.toHaveProperty('0.imageDigest')
  })
})

describe('what is left', () => {
  it('of builds alone: nothing goes on', () => {
    expect(leftTexts({ why: 'interrupted', deployments: [stopped('default'), stopped('worker')] })).toEqual([
      'Interrupted. The build of default and worker was stopped with this command, and nothing of it was deployed.',
    ])
  })

  it('beside a build: what ECS has heard of goes on', () => {
    const starting = deployment('default', { is: 'starting', ecs: ecs('default') })

    expect(leftTexts({ why: 'time_over', deployments: [starting, stopped('worker')] })).toEqual([
      'The time given (--timeout) is over. The build of worker was stopped with this command, and nothing of it was deployed.',
      'ECS goes on with default, and rolls back what does not start.',
      `Where it stands: tapit -a shop show deploy id=${ids.default}`,
      `Cancel it: tapit -a shop cancel deploy id=${ids.default}`,
    ])
  })
})
