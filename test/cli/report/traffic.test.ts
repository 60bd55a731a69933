import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { AppStatus, ProcessStatus } from '../../../lib/actions/status/process-status.ts'
import { emptyBoard } from '../../../lib/cli/report/board.ts'
import type { Shown } from '../../../lib/cli/report/deployment-rows.ts'
import { drawBoard } from '../../../lib/cli/report/draw-board.ts'
import { deploymentsDocument, planDocument, statusDocument } from '../../../lib/cli/report/json.ts'
import { listDeploys } from '../../../lib/cli/report/list-deploys.ts'
import { showPlan } from '../../../lib/cli/report/plan.ts'
import { showDeploy } from '../../../lib/cli/report/show-deploy.ts'
import { showStatus } from '../../../lib/cli/report/status.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { deployment, ids, live, rolledBack, states, t0, view } from './builders.ts'
import { plan, processPlan } from './plan-builders.ts'
import { baking, beforeSwitch, canary, waiting } from './traffic-builders.ts'

const widths = [60, 80, 120] as const

/** What must stay whole may be wider than the terminal: ids and commands. */
const copyable = /tapit .*-a |grp_|dep_/

/** The row of the first deployment and what stands under it, on the live screen, which leaves the last column free. */
function drawn(shown: Shown, columns: number, over: Parameters<typeof view>[1] = {}): string {
  const lines = drawBoard({ ...emptyBoard, shown: [shown] }, view(columns - 1, over))
  const from = lines.findIndex(line => line.includes('default'))
  return lines.slice(from, lines.indexOf('', from)).join('\n')
}

describe('the live screen of a deployment that moves traffic', () => {
  it('shows new and old with their weights, the time left of the bake and the alarms in 120 columns', () => {
    expect(drawn({ deployment: canary(), seen: baking() }, 120)).toBe(
      `
  ◐ default  switching route  2/2 tasks  2/2 targets healthy  careful  0:41
      new  v1.3.0   10 %  2/2 tasks  2/2 targets healthy  test traffic 100 %
      old  v1.2.3   90 %  2 tasks
      canary bakes 5:00, 4:12 left · 2 alarms quiet`.slice(1),
    )
  })

  it('shows the same in 80 columns', () => {
    expect(drawn({ deployment: canary(), seen: baking() }, 80)).toBe(
      drawn({ deployment: canary(), seen: baking() }, 120),
    )
  })

  it('keeps the weights in 60 columns', () => {
    expect(drawn({ deployment: canary(), seen: baking() }, 60)).toBe(
      `
  ◐ default  switching route  2/2 tasks  2/2 healthy  0:41
      new  v1.3.0   10 %  2/2 healthy  test 100 %
      old  v1.2.3   90 %  2 tasks
      canary bakes 5:00, 4:12 left · 2 alarms quiet`.slice(1),
    )
  })

  it('keeps them in 30 columns, and with a tag as long as a commit', () => {
    const long = canary({}, { dockerTag: '4be1a77c0ffee4be1a77c0ffee4be1a77c0ffee' })

    expect(drawn({ deployment: long, seen: baking() }, 30)).toMatch(/new +10 % .*\n +old +90 % /)
  })

  it.each([
    ['a step of linear', { pacing: { bakeMinutes: 5, stepBakeMinutes: 2 } }, 'step bakes 2:00, 1:12 left'],
    ['the end of it all', { lifecycleStage: 'BAKE_TIME' }, 'bakes 5:00, 4:12 left'],
    ['a stage of unknown age', { stageSince: undefined }, 'canary bakes 5:00 · 2 alarms quiet'],
    ['a stage that has lasted too long', { stageSince: t0 - 3_600_000 }, 'canary bakes 5:00 · 2 alarms'],
  ] as const)('tells how long traffic stays: %s', (_name, over, text) => {
    expect(drawn({ deployment: canary(), seen: baking(over) }, 120)).toContain(text)
  })

  it.each([
    ['no bake', { pacing: { bakeMinutes: 5, canaryBakeMinutes: 0 } }],
    ['a stage before the switch', { lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT' }],
    ['a bake of 0 at the end', { lifecycleStage: 'BAKE_TIME', pacing: { bakeMinutes: 0 } }],
  ])('tells of no bake where there is none: %s', (_name, over) => {
    expect(drawn({ deployment: canary(), seen: baking(over) }, 120)).not.toContain('bakes')
  })

  it('says no time left in the sandbox, whose minutes are shorter', () => {
    expect(drawn({ deployment: canary(), seen: baking() }, 120, { isSandbox: true })).toContain(
      '      canary bakes 5:00 · 2 alarms quiet',
    )
  })

  it('says first which alarm rings', () => {
    const alarms = {
      status: 'TRIGGERED',
      names: ['a', 'b'],
      triggered: ['shop/default/rollback-careful-1-green'],
    }

    expect(drawn({ deployment: canary(), seen: baking({ alarms }) }, 60).split('\n')[1]).toBe(
      '      alarm shop/default/rollback-careful-1-green rings',
    )
  })

  it('says nothing of alarms that ECS does not watch', () => {
    const alarms = { status: 'DISABLED', names: ['a'], triggered: [] }

    expect(drawn({ deployment: canary(), seen: baking({ alarms }) }, 120)).not.toContain('alarm')
  })

  it('shows old and new without weights where ECS moves no traffic', () => {
    const headless = deployment('worker', states.shifting, { process: 'default', strategy: 'blue_green' })

    expect(drawn({ deployment: headless, seen: baking() }, 120)).toContain(
      `
      new  v1.3.0  2/2 tasks
      old  v1.2.3  2 tasks`,
    )
  })

  it.each(['rolling', 'starting'] as const)('has a row and nothing beneath while it is %s', what => {
    const one = what === 'rolling' ? canary({}, { strategy: 'rolling' }) : canary({ is: 'starting' })

    expect(drawn({ deployment: one, seen: baking() }, 120)).not.toContain('\n')
  })

  it('shows that it waits, for what and how long, and what to type, in 120 columns', () => {
    const seen = baking({ lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT' })

    expect(drawn({ deployment: waiting(), seen }, 120)).toBe(
      `
  ? default  waiting  2/2 tasks  2/2 targets healthy  careful  0:41
      waiting before the switch; rolls back by itself in 59 min
      new  v1.3.0    0 %  2/2 tasks  2/2 targets healthy  test traffic 100 %
      old  v1.2.3  100 %  2 tasks
      2 alarms quiet
      go on:    tapit -a shop continue deploy id=${ids.default}
      go back:  tapit -a shop cancel deploy id=${ids.default}`.slice(1),
    )
  })

  it('shows it in 60 columns, with commands that fit', () => {
    const seen = baking({ lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT' })

    expect(drawn({ deployment: waiting(), seen }, 60)).toBe(
      `
  ? default  waiting  2/2 tasks  2/2 targets healthy  0:41
      waiting before the switch; rolls back by itself in 59
      min
      new  v1.3.0    0 %  2/2 healthy  test 100 %
      old  v1.2.3  100 %  2 tasks
      2 alarms quiet
      go on: tapit -a shop continue deploy process=default
      go back: tapit -a shop cancel deploy process=default`.slice(1),
    )
  })

  it('does not cut the longer commands of the sandbox in 60 columns', () => {
    const text = drawn({ deployment: waiting(), seen: baking() }, 60, { isSandbox: true })

    expect(text.split('\n').slice(-4)).toEqual([
      '      go on:',
      '  tapit --sandbox -a shop continue deploy process=default',
      '      go back:',
      '  tapit --sandbox -a shop cancel deploy process=default',
    ])
    expect(Math.max(...text.split('\n').map(line => stringWidth(line)))).toBeLessThan(60)
  })

  it.each([
    ['POST_SCALE_UP', 'waiting before the switch;'],
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'waiting before the first step;'],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 'waiting before the old tasks go;'],
    ['PRE_SCALE_UP', 'waiting at PRE_SCALE_UP;'],
  ])('names where it waits: %s', (stage, text) => {
    expect(drawn({ deployment: waiting({ stage }), seen: baking() }, 120)).toContain(text)
  })

  it.each([
    [{ onTimeout: 'continue', until: t0 + 100_000 }, 'switch; goes on by itself in 59 s'],
    [{ onTimeout: 'rollback', until: t0 }, 'switch; rolls back by itself now'],
    [{ onTimeout: undefined }, 'switch; ends by itself in 59 min'],
    [{ until: undefined }, 'switch\n'],
  ] as const)('says what ends it by itself: %o', (pause, text) => {
    expect(drawn({ deployment: waiting(pause), seen: baking() }, 120)).toContain(text)
  })

  it('asks nobody any more once somebody has decided, or tapit has', () => {
    const cancelled = { cancelRequested: { by: 'ada', at: t0 } }
    const { state } = rolledBack()
    const judged = state.is === 'rolled_back' ? { judged: state.failure } : {}

    expect(drawn({ deployment: waiting({}, cancelled) }, 120)).not.toContain('continue deploy')
    expect(drawn({ deployment: waiting({}, judged) }, 120)).not.toContain('continue deploy')
  })

  it('puts whatever waits right after what went wrong when not all fits, and keeps its commands', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      canary({}, { process: `api-${index}`, id: `dep_${index}` }),
    )
    const shown = [...many, waiting(), rolledBack()].map(each => ({ deployment: each, seen: baking() }))

    const lines = drawBoard({ ...emptyBoard, shown }, view(100), { height: 23 })

    const at = (text: string) => lines.findIndex(line => line.includes(text))
    expect(lines.length).toBeLessThanOrEqual(23)
    expect(at('✗ worker')).toBeGreaterThan(0)
    expect(at('? default')).toBeGreaterThan(at('✗ worker'))
    expect(at('go on:')).toBe(at('? default') + 2)
    expect(at('◐ api-0')).toBeGreaterThan(at('? default'))
    expect(lines.join('\n')).toMatch(/… \d+ more switching route/)
  })

  it('gives the weights up before it leaves out a row', () => {
    const shown = Array.from({ length: 12 }, (_, index) => ({
      deployment: canary({}, { process: `api-${index}`, id: `dep_${index}` }),
      seen: baking(),
    }))

    const text = drawBoard({ ...emptyBoard, shown }, view(100), { height: 23 }).join('\n')

    expect(text.match(/◐ api-/g)).toHaveLength(12)
    expect(text).not.toContain('more')
  })
})

describe('the documents of a deployment that moves traffic', () => {
  const ada = 'arn:aws:iam::123456789012:user/ada'
  const decided: Partial<Deployment> = {
    overrides: { canaryPercent: 25, pauseBefore: [] },
    configuration: {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 25, canaryBakeTimeInMinutes: 5 },
    },
    decisions: [
      { hookId: 'ecs-pause-1', stage: beforeSwitch.stage, by: ada, at: t0 + 30_000, reason: 'looks good' },
    ],
  }

  it('say by which strategy, changed how, and who let it go on', () => {
    expect(
      showDeploy({ deployments: [canary({}, decided)] }, view(120))
        .slice(2, 8)
        .join('\n'),
    ).toBe(
      `
  ◐ default  switching route  careful  0:41
      canary careful: 25 % for 5 min, then all; changed for this deployment: canary_percent=25
      pause_before=none
      10:42:15Z  user/ada let it go on before the switch: looks good
      new  v1.3.0   10 %  test traffic 100 %
      old  v1.2.3   90 %`.slice(1),
    )
  })

  it.each(widths)('fit %i columns but for what must be copied', columns => {
    const deployments = [waiting(), canary({}, { ...decided, process: 'api', id: 'dep_api' })]
    const seen = new Map(deployments.map(({ id }) => [id, baking()]))

    const lines = [
      ...showDeploy({ deployments, seen }, view(columns)),
      ...listDeploys({ deployments }, view(columns)),
      ...showStatus(statusOf(...deployments), view(columns)),
      ...showPlan(planned, view(columns)),
    ]

    expect(lines.filter(line => stringWidth(line) > columns && !copyable.test(line))).toEqual([])
  })

  it('list what waits, before what, and a strategy that has a name', () => {
    const lines = listDeploys({ deployments: [waiting(), canary(), live('worker')] }, view(120))

    expect(lines).toEqual([
      `? default  v1.3.0  waiting          41 s ago  0:41 so far  by ci  ${ids.default}  before the switch`,
      `◐ default  v1.3.0  switching route  41 s ago  0:41 so far  by ci  ${ids.default}  careful`,
      `● worker   v1.3.0  active           41 s ago  0:41         by ci  ${ids.worker}`,
    ])
  })
})

describe('the status of a process that waits', () => {
  it.each([80, 120])('says so, with the time left and the command, in %i columns', columns => {
    expect(showStatus(statusOf(waiting()), view(columns)).slice(2)).toEqual([
      '  default  v1.2.3  waiting  healthy  4/2',
      '      v1.3.0 waits before the switch, rolls back by itself in 59 min:',
      '        tapit -a shop continue deploy process=default',
    ])
  })

  it('says it beneath in 60 columns, as it must be typed in the sandbox', () => {
    expect(showStatus(statusOf(waiting()), view(60, { isSandbox: true })).slice(2)).toEqual([
      '  default  v1.2.3  waiting  healthy  4/2',
      '      v1.3.0 waits before the switch, rolls back by itself',
      '      in 59 min:',
      '        tapit --sandbox -a shop continue deploy process=default',
    ])
  })

  it('says how much of the traffic has moved', () => {
    expect(showStatus(statusOf(canary()), view(80)).join('\n')).toContain(
      'v1.3.0 switching route (10 % of the traffic) for 41 s',
    )
  })

  it('is the pause and the traffic in JSON', () => {
    expect(statusDocument(statusOf(waiting()))).toMatchObject({
      processes: [
        {
          process: 'default',
          promotionStage: 'switching_route',
          traffic: { candidate: { production: 0, test: 100 }, previous: { production: 100, test: 0 } },
          pause: {
            hookId: 'ecs-pause-1',
            before: 'switch',
            stage: 'POST_TEST_TRAFFIC_SHIFT',
            expiresAt: '2026-11-20T11:41:45.000Z',
            onTimeout: 'rollback',
          },
        },
      ],
    })
  })
})

describe('a deployment that moves traffic, in JSON', () => {
  const json = (one: Deployment): unknown => {
    const { deployments } = JSON.parse(
      JSON.stringify(deploymentsDocument({ deployments: [one], pointers: [] })),
    ) as { deployments: readonly unknown[] }
    return deployments[0]
  }

  it('has the strategy by type and name, what was changed, both shares, the pause and the decisions', () => {
    const decisions = [{ hookId: 'ecs-pause-0', stage: 'POST_SCALE_UP', by: 'ada', at: t0 }]

    expect(json(waiting({}, { overrides: { canaryPercent: 33.3 }, decisions }))).toMatchObject({
      strategy: 'canary',
      strategyName: 'careful',
      overrides: { canaryPercent: 33.3 },
      status: 'running',
      promotionStage: 'switching_route',
      traffic: { candidate: { production: 0, test: 100 }, previous: { production: 100, test: 0 } },
      pause: { hookId: 'ecs-pause-1', before: 'switch', stage: 'POST_TEST_TRAFFIC_SHIFT' },
      decisions: [
        {
          hookId: 'ecs-pause-0',
          stage: 'POST_SCALE_UP',
          before: 'switch',
          by: 'ada',
          at: '2026-11-20T10:41:45.000Z',
        },
      ],
    })
  })

  it('has shares that are what they are written as', () => {
    expect(json(canary({ traffic: { production: 33.3, test: 0 } }))).toMatchObject({
      traffic: { candidate: { production: 33.3 }, previous: { production: 66.7, test: 100 } },
    })
  })

  it('leaves out what does not apply', () => {
    const members = Object.keys(Object(json(live('default'))))

    expect(members).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(strategyName|overrides|traffic|pause|decisions)$/)]),
    )
    expect(json(waiting({ stage: 'PRE_SCALE_UP' }))).toHaveProperty('pause.stage', 'PRE_SCALE_UP')
    expect(json(waiting({ stage: 'PRE_SCALE_UP' }))).not.toHaveProperty('pause.before')
    expect(json(canary({}, { previous: undefined }))).not.toHaveProperty('traffic.previous')
  })
})

const guards = ['shop/default/rollback-careful-1-green', 'shop/default/rollback-careful-2-green']
const planned = plan([
  processPlan('default', {
    strategy: 'canary',
    strategyName: 'careful',
    settings: { name: 'careful', type: 'canary', canaryPercent: 25, canaryBakeMinutes: 5, bakeMinutes: 5 },
    overrides: { canaryPercent: 25 },
    configuration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 5,
      canaryConfiguration: { canaryPercent: 25, canaryBakeTimeInMinutes: 5 },
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
      alarms: { alarmNames: guards, enable: true, rollback: true },
    },
    restore: { strategy: 'ROLLING' },
    changes: [],
  }),
])

describe('the plan of a deployment that moves traffic', () => {
  it('says how traffic moves, what was changed, what guards it and what the service gets back, in 120 columns', () => {
    expect(showPlan(planned, view(120)).slice(2, -2).join('\n')).toBe(
      `
  default  careful (canary)  shop-default:51 → new revision
    25 % for 5 min, then all; both stay for 5 min after that; waits before the switch
    changed for this deployment: canary_percent=25
    guarded by 2 alarms: ${guards.join(' and ')}
    the service gets its own configuration back at the end`.slice(1),
    )
  })

  it('says it in 60 columns', () => {
    expect(showPlan(planned, view(60)).slice(2, -3).join('\n')).toBe(
      `
  default  careful (canary)  shop-default:51 → new revision
    25 % for 5 min, then all; both stay for 5 min after
    that; waits before the switch
    changed for this deployment: canary_percent=25
    guarded by 2 alarms:
    ${guards[0]} and
    ${guards[1]}
    the service gets its own configuration back at the end`.slice(1),
    )
  })

  it.each([
    [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 }, 'all traffic at once'],
    [
      { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 90 },
      'all traffic at once; both stay for 1 h 30 min after that',
    ],
    [
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 6 } },
      '20 % more every 6 min',
    ],
    [
      {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 0 },
        lifecycleHooks: [
          { targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] },
          { targetType: 'PAUSE', lifecycleStages: ['POST_PRODUCTION_TRAFFIC_SHIFT'] },
          { targetType: 'AWS_LAMBDA', lifecycleStages: ['POST_SCALE_UP'] },
        ],
      },
      '20 % more at a time; waits before each step and before the old tasks go',
    ],
  ])('tells the pacing of %o', (configuration, text) => {
    const lines = showPlan(plan([processPlan('default', { configuration, changes: [] })]), view(120))

    expect(lines.slice(3, 5)).toEqual([
      `    ${text}`,
      '    no alarm guards it: only tasks that fail, or turn unhealthy, turn it back',
    ])
  })

  it('needs no word of a rolling deployment that nothing is changed of', () => {
    const rolling = plan([processPlan('worker', { configuration: { strategy: 'ROLLING' }, changes: [] })])

    expect(showPlan(rolling, view(120)).slice(2, -2)).toHaveLength(1)
  })

  it('has the settings, what was changed, the alarms and whether something is restored in JSON', () => {
    expect(planDocument(planned)).toMatchObject({
      processes: [
        {
          strategy: 'canary',
          strategyName: 'careful',
          settings: { type: 'canary', canaryPercent: 25, canaryBakeMinutes: 5, bakeMinutes: 5 },
          overrides: { canaryPercent: 25 },
          alarms: guards,
          restore: true,
        },
      ],
    })
    expect(planDocument(plan([processPlan('worker')]))).toMatchObject({ processes: [{ restore: false }] })
  })
})

function statusOf(...deployments: readonly Deployment[]): AppStatus {
  const processes = deployments.map((latest): ProcessStatus => ({
    process: latest.process,
    kind: 'web',
    dockerTag: 'v1.2.3',
    stage: 'switching_route',
    health: 'healthy',
    running: 4,
    desired: 2,
    latest,
  }))
  return { app: 'shop', environment: 'production', processes }
}
