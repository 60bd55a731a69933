import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { DeployEvent, Warning } from '../../../lib/actions/events.ts'
import type { AppStatus, ProcessStatus } from '../../../lib/actions/status/process-status.ts'
import { deploymentsDocument, planDocument, statusDocument } from '../../../lib/cli/report/json.ts'
import { linesReporter } from '../../../lib/cli/report/lines.ts'
import { liveReporter } from '../../../lib/cli/report/live.ts'
import { showPlan } from '../../../lib/cli/report/plan.ts'
import { showDeploy } from '../../../lib/cli/report/show-deploy.ts'
import { showStatus } from '../../../lib/cli/report/status.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import { deployment, ecs, group, ids, live, rolledBack, states, t0, view } from './builders.ts'
import { fakeIo } from './fake-io.ts'
import { plan, processPlan } from './plan-builders.ts'
import { baking, canary, waiting } from './traffic-builders.ts'

const pauseAt = (stage: string) => ({ targetType: 'PAUSE', lifecycleStages: [stage] })

const headlessConfiguration = {
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 5,
  lifecycleHooks: [pauseAt('POST_SCALE_UP')],
}

/** A worker whose new tasks run beside the old ones: there is no load balancer. */
const headless = (over: Partial<Deployment> = {}): Deployment =>
  deployment('worker', states.shifting, {
    strategy: 'blue_green',
    configuration: headlessConfiguration,
    ...over,
  })

const bakingAll = baking({
  lifecycleStage: 'BAKE_TIME',
  target: { requested: 2, running: 2, pending: 0, traffic: { production: 100, test: 100 } },
})
const bakingHeadless = baking({
  lifecycleStage: 'BAKE_TIME',
  target: { requested: 2, running: 2, pending: 0 },
})

function told(events: readonly DeployEvent[], { isSandbox = false } = {}): string[] {
  const io = fakeIo({ isTTY: false })
  const reporter = linesReporter(io, { clock: io.clock, verbose: false, isSandbox })
  for (const event of events) reporter.report(event)
  reporter.end()
  const text = io.terminal.text()
  return text === '' ? [] : text.split('\n')
}

function statusOf(processes: readonly Partial<ProcessStatus>[]): AppStatus {
  return {
    app: 'shop',
    environment: 'production',
    processes: processes.map(each => ({
      process: 'default',
      kind: 'web',
      dockerTag: 'v1.2.3',
      imageDigest: 'sha256:old',
      deploymentId: 'dep_before',
      stage: 'active',
      health: 'healthy',
      running: 2,
      desired: 2,
      ...each,
    })),
  }
}

describe('the status while a deployment is under way', () => {
  it('has in JSON what users get, and the candidate beside it', () => {
    expect(
      statusDocument(statusOf([{ stage: 'switching_route', latest: canary() }]))['processes'],
    ).toMatchObject([
      {
        deploymentId: 'dep_before',
        dockerTag: 'v1.2.3',
        imageDigest: 'sha256:old',
        candidate: {
          deploymentId: ids.default,
          dockerTag: 'v1.3.0',
          imageDigest: canary().imageDigest,
        },
      },
    ])
  })

  it.each([
    ['nothing', undefined],
    ['what has turned back', rolledBack()],
  ])('has no candidate of %s', (_what, latest) => {
    expect(JSON.stringify(statusDocument(statusOf([latest === undefined ? {} : { latest }])))).not.toContain(
      'candidate',
    )
  })

  const waits = statusOf([
    { process: 'api' },
    { stage: 'switching_route', latest: waiting() },
    { process: 'worker', drift: { is: 'config_waiting', count: 2 } },
  ])

  it('keeps the notes of the others in their column where one waits', () => {
    expect(showStatus(waits, view(100)).slice(1)).toEqual([
      '  PROCESS  TAG     STAGE    HEALTH   TASKS  SINCE  NOTE',
      '  api      v1.2.3  active   healthy  2/2',
      '  default  v1.2.3  waiting  healthy  2/2',
      '      v1.3.0 waits before the switch, rolls back by itself in 59 min:',
      '        tapit -a shop continue deploy process=default',
      '  worker   v1.2.3  active   healthy  2/2           config waiting for the next deploy: 2 tasks',
    ])
  })

  it.each([60, 80])('has them all in %i columns', columns => {
    const text = showStatus(waits, view(columns)).join('\n')

    expect(text).toContain('config waiting for the next deploy: 2 tasks')
    expect(text).toContain('waits before the switch')
    expect(Math.max(...text.split('\n').map(line => stringWidth(line)))).toBeLessThanOrEqual(columns)
  })
})

describe('a worker, which has no traffic to move', () => {
  it('is planned without a word of it', () => {
    const lines = showPlan(
      plan([
        processPlan('worker', { strategy: 'blue_green', configuration: headlessConfiguration, changes: [] }),
      ]),
      view(80),
    )

    expect(lines[3]).toBe('    new tasks beside the old ones; waits before the switch; both run for 5 min')
  })

  it.each([60, 80])('is shown without a word of it in %i columns', columns => {
    const lines = showDeploy({ deployments: [headless()] }, view(columns))

    expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain(
      'blue_green: new tasks beside the old ones; waits before the switch; both run for 5 min',
    )
    expect(lines.join('\n')).not.toMatch(/traffic|its route/)
    expect(lines.join('\n')).toContain('worker is running beside the old tasks (shop).')
    expect(lines.filter(line => stringWidth(line) > columns && !/grp_|tapit /.test(line))).toEqual([])
  })

  it('is followed without a word of it', () => {
    const before = deployment('worker', states.checking, { strategy: 'blue_green' })

    expect(
      told([
        { is: 'changed', at: t0, before, deployment: headless(), seen: bakingHeadless },
        { is: 'seen', at: t0, deployment: headless(), seen: bakingHeadless },
      ]),
    ).toEqual([
      '10:41:45Z worker: new tasks beside the old ones (blue_green), 2/2 tasks',
      '10:41:45Z worker: v1.3.0 runs beside the old tasks; both run for 5 min',
    ])
  })
})

describe('a dry run with alarms in ALARM', () => {
  const alarmNames = ['shop-errors', 'shop-slow']
  const guarded = plan([
    processPlan('default', {
      configuration: { strategy: 'BLUE_GREEN', alarms: { alarmNames, enable: true, rollback: true } },
      changes: [],
    }),
  ])
  const ringing = (...alarms: readonly string[]): { readonly warnings: readonly Warning[] } => ({
    warnings: [{ is: 'alarms_ignored', process: 'default', alarms }],
  })

  it.each([60, 80])('does not call it guarded by them in %i columns', columns => {
    const lines = showPlan(guarded, view(columns), ringing('shop-errors'))

    expect(lines.map(line => line.trim()).join(' ')).toContain(
      'no alarm guards it: shop-errors is in ALARM, and ECS ignores all of them unless it is OK again by then',
    )
    expect(lines.join('\n')).not.toContain('guarded by')
    expect(lines.filter(line => stringWidth(line) > columns)).toEqual([])
  })

  it('calls it guarded where those of another process ring', () => {
    const other: Warning = { is: 'alarms_ignored', process: 'api', alarms: ['api-errors'] }

    expect(showPlan(guarded, view(80), { warnings: [other] }).join('\n')).toContain('guarded by 2 alarms')
    expect(JSON.stringify(planDocument(guarded, { warnings: [other] }))).not.toContain('alarmsRinging')
  })

  it('names them in JSON', () => {
    expect(planDocument(guarded, ringing('shop-errors', 'shop-slow'))['processes']).toMatchObject([
      { alarms: alarmNames, alarmsRinging: ['shop-errors', 'shop-slow'] },
    ])
  })
})

describe('a deployment that is over', () => {
  const configuration = {
    strategy: 'CANARY',
    bakeTimeInMinutes: 5,
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
    lifecycleHooks: [pauseAt('POST_TEST_TRAFFIC_SHIFT')],
  }

  it.each([
    ['live', live('default')],
    ['rolled back', rolledBack('default')],
  ])('tells its strategy as something that is not going on: %s', (_how, ended) => {
    const text = showDeploy(
      { deployments: [{ ...ended, strategy: 'canary', configuration }] },
      view(120),
    ).join('\n')

    expect(text).toContain(
      'canary: 10 % for 5 min, then all; both for 5 min after that; a pause before the switch',
    )
    expect(text).not.toMatch(/waits|both stay/)
  })

  it('has several pauses, and a worker its tasks', () => {
    const hooks = [pauseAt('POST_SCALE_UP'), pauseAt('POST_PRODUCTION_TRAFFIC_SHIFT')]
    const ended = { ...live('worker'), configuration: { ...headlessConfiguration, lifecycleHooks: hooks } }

    expect(
      showDeploy({ deployments: [ended] }, view(120))
        .join(' ')
        .replaceAll(/ +/g, ' '),
    ).toContain(
      'new tasks beside the old ones; pauses before the switch and before the old tasks go; both for 5 min',
    )
  })

  it.each([
    ['arn:aws:iam::123456789012:user/ada', 'user/ada'],
    ['arn:aws-cn:sts::123456789012:assumed-role/deploy/ada@example.com', 'deploy/ada@example.com'],
    ['arn:aws:iam::123456789012:root', 'root'],
    ['ada', 'ada'],
  ])('names who decided shortly, and wholly in JSON: %s', (by, name) => {
    const decisions = [{ hookId: 'ecs-pause-1', stage: 'POST_SCALE_UP', by, at: t0 }]
    const one = { ...live('default'), decisions }

    expect(showDeploy({ deployments: [one] }, view(120)).join('\n')).toContain(
      `10:41:45Z  ${name} let it go on before the switch`,
    )
    expect(deploymentsDocument({ deployments: [one], pointers: [] })['deployments']).toMatchObject([
      { decisions: [{ by }] },
    ])
  })
})

describe('what took over from a superseded deployment', () => {
  const superseded = (successor: string): Deployment =>
    deployment('worker', {
      is: 'cancelled',
      reached: 'checking_readiness',
      ecs: ecs('worker'),
      cancellation: { code: 'superseded', successor, reason: 'hotfix' },
    })

  it.each([
    ['dep_9', 'superseded by dep_9: hotfix.', 'tapit -a shop show deploy id=dep_9'],
    [
      'arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/worker/x',
      'superseded by ECS service deployment x: hotfix.',
      'tapit -a shop status',
    ],
  ])('is shown by its name, and the command leads to it: %s', (successor, message, command) => {
    const one = superseded(successor)

    const text = showDeploy({ deployments: [one] }, view(80)).join('\n')

    expect(text).toContain(message)
    expect(text).toContain(`what took over:  ${command}`)
    expect(deploymentsDocument({ deployments: [one], pointers: [] })['deployments']).toMatchObject([
      { failure: { code: 'superseded', message, advice: command } },
    ])
  })
})

describe('the commands at a pause', () => {
  it.each([60, 80, 120])('stand there once each in %i columns', columns => {
    const text = showDeploy({ deployments: [waiting()], group }, view(columns)).join('\n')

    expect(text.match(/continue deploy/g)).toHaveLength(1)
    expect(text.match(/cancel deploy/g)).toHaveLength(1)
  })

  it('still say how to take back several at once', () => {
    const text = showDeploy({ deployments: [waiting(), headless()], group }, view(120)).join('\n')

    expect(text).toContain(`cancel it:        tapit -a shop cancel deploy id=${ids.group}`)
  })
})

describe('the lines of a deployment', () => {
  const longer = (minutes: number): DeployEvent => ({
    is: 'warned',
    at: t0,
    warning: { is: 'longer_than_wait', process: 'default', minutes },
  })

  it.each([
    [1, 'its strategy alone takes 1 minute, longer'],
    [54, 'its strategy alone takes 54 minutes, longer'],
  ])('warn of a strategy that takes longer than it is followed: %i', (minutes, text) => {
    expect(told([longer(minutes)])[0]).toContain(text)
  })

  it('warn of no minutes in the sandbox, where they are shorter', () => {
    expect(told([longer(54)], { isSandbox: true })).toEqual([])
  })

  it.each([
    ['say so', false],
    ['say nothing of it', true],
  ])('on the live screen %s', (_what, isSandbox) => {
    const io = fakeIo({ isTTY: true })
    const reporter = liveReporter(io, { clock: io.clock, isSandbox })

    reporter.report(longer(54))
    reporter.report({ is: 'recorded', at: t0, group, deployments: [canary()] })
    reporter.end()

    expect(io.terminal.text()).toContain('v1.3.0')
    expect(io.terminal.text().includes('its strategy alone takes 54 minutes')).toBe(!isSandbox)
  })

  it('tell of no bake once it is being taken back', () => {
    const asked = canary(
      { traffic: { production: 100, test: 100 } },
      { cancelRequested: { by: 'arn:aws:iam::123456789012:user/ada', at: t0 } },
    )
    const cancelling = deployment('default', states.cancelling)

    expect(
      told([
        { is: 'changed', at: t0, before: { ...asked, cancelRequested: undefined }, deployment: asked },
        { is: 'seen', at: t0, deployment: asked, seen: bakingAll },
        { is: 'changed', at: t0, before: asked, deployment: cancelling, seen: bakingAll },
        { is: 'seen', at: t0, deployment: cancelling, seen: bakingAll },
      ]),
    ).toEqual([
      '10:41:45Z default: user/ada asked to cancel it',
      '10:41:45Z default: being cancelled by ada: wrong image',
    ])
  })
})

describe('a pause before each step of linear', () => {
  const configuration = { strategy: 'LINEAR', linearConfiguration: { stepPercent: 25 } }
  const pause = { hookId: 'ecs-pause-1', stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' }

  it.each([
    [0, configuration, 'before the first step'],
    [25, configuration, 'before step 2 of 4'],
    [75, configuration, 'before step 4 of 4'],
    [66.6, { strategy: 'LINEAR', linearConfiguration: { stepPercent: 33.3 } }, 'before step 3 of 4'],
    [90, { strategy: 'LINEAR', linearConfiguration: { stepPercent: 30 } }, 'before step 4 of 4'],
    [25, undefined, 'before the next step'],
    [10, { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10 } }, 'before the next step'],
  ])('says which one waits at %d %%: %o', (production, sent, words) => {
    const traffic = { production, test: 0 }
    const one = canary({ traffic, pause }, { strategy: 'linear', configuration: sent })

    const shown = showDeploy({ deployments: [one] }, view(80)).join('\n')
    const status = showStatus(statusOf([{ latest: one }]), view(80)).join('\n')
    const [line] = told([{ is: 'changed', at: t0, before: canary({ traffic }), deployment: one }])

    expect(shown).toContain(`      waiting ${words}`)
    expect(shown).toContain(`default is waiting ${words} (shop).`)
    expect(status).toContain(`waits ${words}`)
    expect(line).toContain(`waiting ${words}:`)
  })
})
