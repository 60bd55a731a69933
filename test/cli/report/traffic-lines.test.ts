import { describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { linesReporter } from '../../../lib/cli/report/lines.ts'
import type { Decision, Deployment } from '../../../lib/deployment/deployment.ts'
import type { Observation } from '../../../lib/deployment/observation.ts'
import { deployment, group, ids, live, rolledBack, states, t0 } from './builders.ts'
import { fakeIo } from './fake-io.ts'
import { baking, beforeSwitch, canary, waiting } from './traffic-builders.ts'

const starting = canary({ is: 'starting', traffic: { production: 0, test: 0 } })
const checking = canary({ is: 'checking', traffic: { production: 0, test: 0 } })
const tested = canary({ is: 'checking', traffic: { production: 0, test: 100 } })
const draining = canary({ is: 'draining', traffic: { production: 100, test: 100 } })
const all = canary({ traffic: { production: 100, test: 100 } })
const next = canary({
  traffic: { production: 10, test: 100 },
  pause: { ...beforeSwitch, hookId: 'ecs-pause-2', stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' },
})
const decision: Decision = {
  hookId: 'ecs-pause-1',
  stage: beforeSwitch.stage,
  by: 'ada',
  at: t0,
  reason: 'looks good',
}

function told(events: readonly DeployEvent[], { isSandbox = false } = {}): string[] {
  const io = fakeIo({ isTTY: false })
  const reporter = linesReporter(io, { clock: io.clock, verbose: false, isSandbox })
  for (const event of events) reporter.report(event)
  reporter.end()
  const text = io.terminal.text()
  return text === '' ? [] : text.split('\n')
}

function changed(before: Deployment, to: Deployment, seen?: Observation, at = t0): DeployEvent {
  return { is: 'changed', at, before, deployment: to, ...(seen && { seen }) }
}

const seenAs = (one: Deployment, seen: Observation): DeployEvent => ({
  is: 'seen',
  at: t0,
  deployment: one,
  seen,
})

describe('the lines of a deployment that moves traffic', () => {
  it('tell each change of the weights, and when all traffic has moved', () => {
    const bake = baking({
      lifecycleStage: 'BAKE_TIME',
      target: { requested: 2, running: 2, pending: 0, traffic: { production: 100, test: 100 } },
    })

    expect(
      told([
        changed(starting, checking),
        changed(checking, tested),
        changed(tested, canary(), baking()),
        changed(canary(), all),
        seenAs(all, bake),
        seenAs(all, bake),
        changed(all, draining),
        changed(draining, live('default')),
      ]),
    ).toEqual([
      '10:41:45Z default: checking readiness',
      '10:41:45Z default: 100 % of the test traffic is on v1.3.0',
      '10:41:45Z default: switching route (careful): 10 % of the production traffic (was 0 %), old 90 %, for 5 min, 2/2 tasks, 2/2 targets healthy',
      '10:41:45Z default: switching route: 100 % of the production traffic (was 10 %), old 0 %',
      '10:41:45Z default: all traffic is on v1.3.0; both stay for 5 min',
      '10:41:45Z default: draining previous',
      '10:41:45Z default: active (0:41)',
    ])
  })

  it('tell weights that changed while it entered another state', () => {
    expect(told([changed(starting, tested), changed(canary(), draining)])).toEqual([
      '10:41:45Z default: checking readiness, test traffic 100 %',
      '10:41:45Z default: switching route: 100 % of the production traffic (was 10 %), old 0 %',
      '10:41:45Z default: draining previous',
    ])
  })

  it('tell that it waits, how it stands, what ends it by itself and what to type', () => {
    expect(told([changed(tested, waiting(), baking())])).toEqual([
      '10:41:45Z default: waiting before the switch: 2/2 tasks, 2/2 targets healthy, 0 % production traffic, test traffic 100 %; rolls back by itself at 11:41:45Z',
      `10:41:45Z default: to go on: tapit -a shop continue deploy id=${ids.default}`,
      `10:41:45Z default: to go back: tapit -a shop cancel deploy id=${ids.default}`,
    ])
  })

  it('tell the commands as they must be typed in the sandbox', () => {
    expect(told([changed(tested, waiting())], { isSandbox: true })[1]).toBe(
      `10:41:45Z default: to go on: tapit --sandbox -a shop continue deploy id=${ids.default}`,
    )
  })

  it('tell a pause once, however often it is seen', () => {
    const named = { ...waiting(), url: 'http://x' }

    expect(
      told([changed(waiting(), named), seenAs(named, baking({ lifecycleStage: 'POST_SCALE_UP' }))]),
    ).toEqual([])
  })

  it('tell that it waits already where it is taken up again', () => {
    expect(told([{ is: 'recorded', at: t0, group, deployments: [waiting()] }])).toEqual([
      `10:41:45Z shop: deploying v1.3.0 (sha256:9f2c41d0) to default as ci  ${ids.group}`,
      '10:41:45Z default: waiting before the switch: 0 % production traffic, test traffic 100 %; rolls back by itself at 11:41:45Z',
      `10:41:45Z default: to go on: tapit -a shop continue deploy id=${ids.default}`,
      `10:41:45Z default: to go back: tapit -a shop cancel deploy id=${ids.default}`,
    ])
  })

  it('tell no weight before there is one', () => {
    expect(told([changed(tested, canary({ traffic: { production: 0, test: 100 } }))])).toEqual([
      '10:41:45Z default: switching route (careful)',
    ])
  })

  it('tell that it still waits after a minute without a word', () => {
    const later: DeployEvent = { is: 'seen', at: t0 + 60_000, deployment: waiting(), seen: baking() }

    expect(told([changed(tested, waiting()), later]).at(-1)).toBe(
      '10:42:45Z default: waiting before the switch, 2/2 tasks, 2/2 targets healthy (1:00)',
    )
  })

  it('tell who let it go on, and why, before what follows', () => {
    expect(told([changed(waiting(), { ...canary(), decisions: [decision] })])).toEqual([
      '10:41:45Z default: ada let it go on before the switch: looks good',
      '10:41:45Z default: switching route: 10 % of the production traffic (was 0 %), old 90 %',
    ])
  })

  it('tell one pause after another', () => {
    expect(told([changed(waiting(), { ...next, decisions: [decision] })]).slice(0, 3)).toEqual([
      '10:41:45Z default: ada let it go on before the switch: looks good',
      '10:41:45Z default: switching route: 10 % of the production traffic (was 0 %), old 90 %',
      '10:41:45Z default: waiting before the next step: 10 % production traffic, test traffic 100 %; rolls back by itself at 11:41:45Z',
    ])
  })

  it.each([
    ['somebody else', beforeSwitch, 'goes on, no longer waiting before the switch'],
    [
      'the time that was given',
      { ...beforeSwitch, onTimeout: 'continue', until: t0 },
      'goes on by itself: nobody decided in time',
    ],
  ] as const)('tell that it goes on where %s ended the pause', (_who, pause, text) => {
    expect(told([changed(waiting(pause), waiting({ hookId: 'ecs-pause-2' }))])[0]).toBe(
      `10:41:45Z default: ${text}`,
    )
  })

  it('tell nothing of going on where it turned back', () => {
    const cancelling = deployment('default', states.cancelling)

    expect(told([changed(waiting(), cancelling)])).toEqual([
      '10:41:45Z default: being cancelled by ada: wrong image',
    ])
  })

  it('tell which alarm rings, once, and no more when it has turned back', () => {
    const alarms = { status: 'TRIGGERED', names: ['a'], triggered: ['shop/default/rollback-careful-1-green'] }
    const ringing = baking({ alarms })

    expect(
      told([
        seenAs(canary(), baking()),
        seenAs(canary(), ringing),
        seenAs(canary(), ringing),
        changed(canary(), rolledBack('default'), ringing),
      ]).filter(line => line.includes('alarm ')),
    ).toEqual(['10:41:45Z default: alarm shop/default/rollback-careful-1-green rings'])
  })

  it('say, when nobody waits for it any longer, that it waits on', () => {
    expect(told([{ is: 'left', at: t0, why: 'time_over', deployments: [waiting()] }])).toEqual([
      `10:41:45Z The time given (--timeout) is over. default waits before the switch, rolls back by itself at 11:41:45Z. Let it go on: tapit -a shop continue deploy id=${ids.default}`,
      `10:41:45Z Where it stands: tapit -a shop show deploy id=${ids.default}`,
      `10:41:45Z Cancel it: tapit -a shop cancel deploy id=${ids.default}`,
    ])
  })
})
