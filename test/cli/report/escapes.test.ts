import { fc } from '../../fakes/fast-check.ts'
import { describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { linesReporter } from '../../../lib/cli/report/lines.ts'
import { listDeploys } from '../../../lib/cli/report/list-deploys.ts'
import { liveReporter } from '../../../lib/cli/report/live.ts'
import { logLine } from '../../../lib/cli/report/log-line.ts'
import { showPlan } from '../../../lib/cli/report/plan.ts'
import { showDeploy } from '../../../lib/cli/report/show-deploy.ts'
import { showStatus } from '../../../lib/cli/report/status.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { deployment, group, healthy, states, stopped, t0, view } from './builders.ts'
import { fakeIo } from './fake-io.ts'
import { plan, processPlan } from './plan-builders.ts'

/** Text that would steer a terminal, or hide in it, if it came through. */
const evil = fc
  .array(
    fc.constantFrom(
      '\u001b[2J',
      '\u001b]0;x\u0007',
      '\u009b31m',
      '\r',
      '\n',
      '\u0008',
      '\u202e',
      '\u200b',
      'v1',
      ' ',
      '\u001b',
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map(parts => parts.join(''))

// oxlint-disable-next-line no-control-regex -- what must not be there
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/

function spoiled<Data>(data: Data, text: string): Data {
  const spoil = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return kept.has(key) ? value : `${value}${text}`
    if (Array.isArray(value)) return value.map(each => spoil(each, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, spoil(member, name)]))
  }
  return spoil(data, '') as Data
}

/** The words of our own unions: not from outside. */
const kept = new Set([
  'is',
  'code',
  'strategy',
  'kind',
  'trigger',
  'reached',
  'step',
  'because',
  'why',
  'health',
  'stage',
])

const everyState = (text: string): Deployment[] =>
  Object.entries(states).map(([name, state]) =>
    spoiled(
      deployment(name, state, {
        url: 'http://x',
        tag: 'release',
        judged: { code: 'alarm', evidence: [], awsReason: 'cpu' },
        cancelRequested: { by: 'ada', reason: 'no', at: t0 },
      }),
      text,
    ),
  )

function events(text: string): DeployEvent[] {
  const [first, ...rest] = everyState(text)
  if (first === undefined) return []
  const all = [first, ...rest]
  return [
    {
      is: 'planned',
      at: t0,
      plan: spoiled(
        plan([
          processPlan('default'),
          { is: 'refused', process: 'x', code: 'busy', reason: 'r', advice: 'a' },
        ]),
        text,
      ),
    },
    {
      is: 'warned',
      at: t0,
      warning: { is: 'not_cleaned_up', process: `p${text}`, what: text, reason: text },
    },
    { is: 'warned', at: t0, warning: { is: 'services_left_out', services: [{ name: text, why: text }] } },
    { is: 'waiting_for_lease', at: t0, process: text, holder: text, seconds: 60 },
    { is: 'recorded', at: t0, group: spoiled(group, text), deployments: all },
    ...all.map((each): DeployEvent => ({
      is: 'changed',
      at: t0,
      before: first,
      deployment: each,
      seen: spoiled(healthy(2, { stopped: [stopped()] }), text),
    })),
    ...all.map((each): DeployEvent => ({
      is: 'seen',
      at: t0 + 70_000,
      deployment: each,
      seen: spoiled(healthy(2, { stopped: [stopped()] }), text),
    })),
    { is: 'judged', at: t0, deployment: first },
    ...all.map((each): DeployEvent => ({
      is: 'logs',
      at: t0,
      deployment: each,
      lines: [{ evidence: {}, lines: [text, `x${text}`] }],
    })),
    { is: 'slowed', at: t0, wait: 60_000, reason: text },
    { is: 'unknown', at: t0, deployments: all, reason: text },
    { is: 'left', at: t0, why: 'interrupted', deployments: all },
    { is: 'ended', at: t0, deployments: all },
  ]
}

describe('no text from outside steers the terminal', () => {
  it('in the documents', () => {
    fc.assert(
      fc.property(evil, text => {
        const deployments = everyState(text)
        const evidenceLines = new Map(deployments.map(({ id }) => [id, [{ evidence: {}, lines: [text] }]]))
        const seen = new Map(deployments.map(({ id }) => [id, spoiled(healthy(), text)]))
        const status = {
          app: text,
          environment: text,
          region: text,
          processes: deployments.map(latest => ({
            process: text,
            kind: 'web' as const,
            dockerTag: text,
            health: 'healthy' as const,
            running: 1,
            desired: 1,
            url: text,
            latest,
            drift: { is: 'changed_outside' as const, taskDefinition: text, registeredBy: text },
          })),
        }
        for (const columns of [60, 120, Infinity]) {
          const lines = [
            ...showDeploy(
              { group: spoiled(group, text), deployments, evidenceLines, seen, exit: 1 },
              view(columns),
            ),
            ...listDeploys({ deployments, next: text }, view(columns)),
            ...showStatus(status, view(columns)),
            ...showPlan(
              spoiled(
                plan([
                  processPlan('default'),
                  { is: 'refused', process: 'x', code: 'busy', reason: 'r', advice: 'a' },
                ]),
                text,
              ),
              view(columns),
            ),
          ]
          expect(lines.filter(line => obeyed.test(line) || line.includes('\n'))).toEqual([])
        }
        expect(
          logLine(
            { at: t0, message: text, stream: text, id: '1', process: text },
            { isSeveral: true, view: view(80) },
          ),
        ).not.toMatch(obeyed)
      }),
      { numRuns: 50 },
    )
  })

  it('in the lines', () => {
    fc.assert(
      fc.property(evil, fc.boolean(), (text, verbose) => {
        const io = fakeIo({ isTTY: false })
        const reporter = linesReporter(io, { clock: io.clock, verbose, concludes: true })

        for (const event of events(text)) reporter.report(event)

        expect(io.terminal.written).not.toMatch(obeyed)
        expect(
          io.terminal.written
            .trimEnd()
            .split('\n')
            .filter(line => !/^\d\d:\d\d:\d\dZ /.test(line)),
        ).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('in the live screen, whose own sequences are the only ones', async () => {
    await fc.assert(
      fc.asyncProperty(evil, async text => {
        const io = fakeIo({ env: {}, columns: 70, rows: 200 })
        const reporter = liveReporter(io, { clock: io.clock })

        for (const [index, event] of events(text).entries()) {
          reporter.report(event)
          if (index % 10 === 3) await io.clock.advance(100)
        }
        reporter.end()

        const rest = io.terminal.written
          .replaceAll('\u001b[?25l\r', '')
          // oxlint-disable-next-line no-control-regex -- the live screen's own vocabulary
          .replace(/\u001b\[(\?2026[hl]|\?25h|\d+A|[KJ]|\d+m)/g, '')
        expect(rest).not.toMatch(obeyed)
      }),
      { numRuns: 20 },
    )
  })
})
