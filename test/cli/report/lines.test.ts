import { describe, expect, it } from 'vitest'
import type { DeployEvent } from '../../../lib/actions/events.ts'
import { linesReporter } from '../../../lib/cli/report/lines.ts'
import type { Deployment } from '../../../lib/deployment/deployment.ts'
import type { Observation } from '../../../lib/deployment/observation.ts'
import {
  deployment,
  ecs,
  exited,
  group,
  healthy,
  ids,
  live,
  logLines,
  ours,
  rolledBack,
  seen,
  states,
  stopped,
  t0,
} from './builders.ts'
import { fakeIo } from './fake-io.ts'

const preparing = ['default', 'scheduler', 'worker'].map(process =>
  deployment(process, { is: 'preparing', step: 'register' }, { at: 0 }),
)
const recorded: DeployEvent = { is: 'recorded', at: t0, group, deployments: preparing }
const starting = (process: string) => deployment(process, { is: 'starting', ecs: ecs(process) }, { at: 1000 })
const checking = (process: string) => deployment(process, { is: 'checking', ecs: ecs(process) }, { at: 5000 })

function changed(before: Deployment, to: Deployment, at: number, seen?: Observation): DeployEvent {
  return { is: 'changed', at: t0 + at, before, deployment: to, ...(seen && { seen }) }
}

function told(events: readonly DeployEvent[], { verbose = false, concludes = false } = {}): string[] {
  const io = fakeIo({ isTTY: false })
  const reporter = linesReporter(io, { clock: io.clock, verbose, concludes })
  for (const event of events) reporter.report(event)
  reporter.end()
  return io.terminal.text().split('\n')
}

describe('linesReporter', () => {
  it('does not begin to deploy what is over when it is looked at, but concludes it', () => {
    const over = [live('default'), rolledBack()]

    const lines = told(
      [
        { ...recorded, deployments: over },
        { is: 'ended', at: t0 + 41_000, deployments: over },
      ],
      { concludes: true },
    )

    expect(lines.join('\n')).not.toContain('deploying')
    expect(lines.join('\n')).toContain('1 of 2 rolled back')
  })

  it('tells a deploy as lines that can each be understood alone', () => {
    const judged = { ...starting('worker'), judged: exited }
    const rollingBack = { ...deployment('worker', states.rolling_back), judged: exited }

    const lines = told(
      [
        recorded,
        ...preparing.map(each => changed(each, starting(each.process), 1000)),
        changed(starting('default'), checking('default'), 5000, healthy(2, { targets: [] })),
        { is: 'judged', at: t0 + 22_000, deployment: judged },
        { is: 'logs', at: t0 + 22_000, deployment: judged, lines: logLines },
        changed(judged, rollingBack, 22_000),
        changed(rollingBack, rolledBack(), 24_000),
        changed(checking('default'), live('default'), 41_000, healthy(2)),
        { is: 'ended', at: t0 + 41_000, deployments: [live('default'), live('scheduler'), rolledBack()] },
      ],
      { concludes: true },
    )

    expect(lines).toEqual([
      `10:41:45Z shop: deploying v1.3.0 (sha256:9f2c41d0) to default, scheduler and worker as ci  ${ids.group}`,
      '10:41:46Z default: starting candidate (rolling, task definition shop-default:42)',
      '10:41:46Z scheduler: starting candidate (rolling, task definition shop-scheduler:42)',
      '10:41:46Z worker: starting candidate (rolling, task definition shop-worker:42)',
      '10:41:50Z default: checking readiness, 2/2 tasks, 0/2 targets healthy',
      '10:42:07Z worker: failed: container_exited: "worker" exited with code 1, twice, 0.4 s after its start. Asking ECS to roll back to v1.2.3.',
      '10:42:07Z worker:   Error: QUEUE_URL is not set',
      '10:42:07Z worker:     at main (worker.js:12:11)',
      '10:42:07Z worker: rolling back to v1.2.3',
      '10:42:09Z worker: rolled back, v1.2.3 is running again (checked).',
      `10:42:09Z worker: Next: tapit -a shop show logs deploy=${ids.worker}`,
      '10:42:26Z default: active, 2/2 tasks, 2/2 targets healthy (0:41)',
      '10:42:26Z shop: 1 of 3 rolled back: worker is on v1.2.3, default and scheduler are on v1.3.0 (shop, 41 s).',
    ])
  })

  it('says why when ECS turned back by itself', () => {
    const [line] = told([changed(starting('worker'), deployment('worker', states.rolling_back), 22_000)])

    expect(line).toBe(
      '10:42:07Z worker: failed: container_exited: "worker" exited with code 1, twice, 0.4 s after its start. Rolling back to v1.2.3.',
    )
  })

  it('tells why it all began where the way back failed too', () => {
    const lines = told([
      changed(deployment('worker', states.rolling_back), deployment('worker', states.failed), 30_000),
    ])

    expect(lines.join('\n')).toContain(
      'failed: rollback_failed: the rollback failed as well: worker may serve neither the old nor the new version. It began with container_exited:',
    )
  })

  it('is silent about looks that change nothing but counts, until a minute has passed without a word', () => {
    const look = (at: number, running: number): DeployEvent => ({
      is: 'seen',
      at: t0 + at,
      deployment: checking('default'),
      seen: healthy(2, { targets: [], ours: ours({ target: { requested: 2, running, pending: 0 } }) }),
    })

    const lines = told([
      changed(starting('default'), checking('default'), 5000),
      look(10_000, 1),
      look(15_000, 2),
      look(66_000, 2),
      look(70_000, 2),
    ])

    expect(lines).toEqual([
      '10:41:50Z default: checking readiness',
      '10:42:51Z default: still checking readiness, 2/2 tasks, 0/2 targets healthy (1:06)',
    ])
  })

  it('tells every change of the counts with --verbose', () => {
    const look = (at: number, running: number): DeployEvent => ({
      is: 'seen',
      at: t0 + at,
      deployment: starting('worker'),
      seen: seen({ ours: ours({ target: { requested: 2, running, pending: 0 } }) }),
    })

    const lines = told([look(2000, 0), look(4000, 0), look(6000, 1)], { verbose: true })

    expect(lines).toEqual([
      '10:41:47Z worker: starting candidate, 0/2 tasks (0:02)',
      '10:41:51Z worker: starting candidate, 1/2 tasks (0:06)',
    ])
  })

  it('tells of a task that stopped for a reason, once', () => {
    const look = (at: number): DeployEvent => ({
      is: 'seen',
      at: t0 + at,
      deployment: starting('worker'),
      seen: seen({ stopped: [stopped()] }),
    })

    const lines = told([look(2000), look(4000)])

    expect(lines).toEqual([
      '10:41:47Z worker: a task stopped, container_exited, once so far: Essential container in task exited, exit code 1 (task 5c1e)',
    ])
  })

  it('does not tell of tasks that stopped for an ordinary reason', () => {
    const spot = stopped({ stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' })

    expect(
      told([{ is: 'seen', at: t0, deployment: starting('worker'), seen: seen({ stopped: [spot] }) }]),
    ).toEqual([''])
  })

  it('says once a minute that AWS slows it down', () => {
    const slowed = (at: number): DeployEvent => ({
      is: 'slowed',
      at: t0 + at,
      wait: 5000,
      reason: 'ThrottlingException',
    })

    expect(told([slowed(0), slowed(5000), slowed(61_000)])).toHaveLength(2)
  })

  it('names the app of each process where there are several apps', () => {
    const admin = deployment('worker', { is: 'preparing', step: 'register' }, { app: 'admin', id: 'dep_2' })

    const lines = told([
      { ...recorded, deployments: [...preparing, admin] },
      changed(admin, { ...admin, state: states.starting }, 1000),
    ])

    expect(lines.at(-1)).toMatch(/^10:41:46Z admin\/worker: starting candidate/)
  })

  it.each([
    [
      { is: 'alarms_ignored', process: 'worker', alarms: ['cpu', 'errors'] },
      'worker: warning: cpu and errors are in ALARM already, so ECS ignores all alarms during this deployment: nothing but its health checks would roll it back. Wait until they are OK again to have it guarded.',
    ],
    [
      { is: 'nothing_to_roll_back_to', process: 'worker' },
      'worker: warning: no deployment of it has completed yet: if this one fails, there is nothing to roll back to.',
    ],
    [
      { is: 'no_tasks_wanted', process: 'worker' },
      'worker: warning: its desired count is 0, so nothing starts and nothing can be checked.',
    ],
    [
      { is: 'services_left_out', services: [{ name: 'legacy', why: 'CODE_DEPLOY' }] },
      'warning: left out: legacy (CODE_DEPLOY).',
    ],
    [
      { is: 'tag_chosen', dockerTag: 'v9', because: 'newest' },
      'warning: no docker_tag was given and there is no "latest": the newest image is v9.',
    ],
    [
      { is: 'tag_chosen', dockerTag: 'latest', because: 'latest' },
      'warning: no docker_tag was given: latest it is.',
    ],
    [
      { is: 'not_cleaned_up', process: 'worker', what: 'shop-worker:42', reason: 'AccessDenied' },
      'worker: warning: shop-worker:42 could not be cleaned up: AccessDenied',
    ],
    [
      { is: 'not_pruned', repository: '1.dkr.ecr.eu-west-1.amazonaws.com/shop/web', reason: 'AccessDenied' },
      'warning: old images or revisions of shop/web stay: AccessDenied.',
    ],
  ] as const)('warns: %o', (warning, text) => {
    expect(told([{ is: 'warned', at: t0, warning }])).toEqual([`10:41:45Z ${text}`])
  })

  it.each([
    [3, 1, 'deleted 3 old images from shop/web, deregistered 1 old revision (images.keep).'],
    [0, 2, 'deregistered 2 old revisions (images.keep).'],
  ])('says what went with a deploy: %i images, %i revisions', (images, revisions, text) => {
    const repository = '1.dkr.ecr.eu-west-1.amazonaws.com/shop/web'

    expect(told([{ is: 'pruned', at: t0, repository, images, revisions }])).toEqual([`10:41:45Z ${text}`])
  })

  it.each([
    ['asked', 'Not waiting for the end (--wait does).'],
    ['time_over', 'The time given (--timeout) is over.'],
    ['interrupted', 'Interrupted.'],
  ] as const)('says what goes on when it is left: %s', (why, beginning) => {
    expect(
      told([recorded, { is: 'left', at: t0, why, deployments: [live('default'), starting('worker')] }]).slice(
        1,
      ),
    ).toEqual([
      `10:41:45Z shop: ${beginning} ECS goes on with worker, and rolls back what does not start.`,
      `10:41:45Z shop: Where it stands: tapit -a shop show deploy id=${ids.worker}`,
      `10:41:45Z shop: Cancel it: tapit -a shop cancel deploy id=${ids.worker}`,
    ])
  })

  it('has a line for every state that is entered', () => {
    const before = deployment('worker', states.preparing)
    const entries = Object.entries(states).filter(([name]) => name !== 'preparing')

    const lines = entries.map(([name, state]) => [
      name,
      told([changed(before, deployment('worker', state), 1000)])[0]?.slice(18),
    ])

    expect(Object.fromEntries(lines)).toEqual({
      awaiting_approval: 'waiting for approval: policy senior wants an approval, until 11:41:45Z',
      denied: 'denied by policy freeze',
      starting: 'starting candidate (rolling, task definition shop-worker:42)',
      checking: 'checking readiness',
      shifting: 'switching route (rolling)',
      draining: 'draining previous',
      watching: 'runs; it has no health check, so it is watched for 15 s',
      live: 'active (0:22)',
      rolling_back:
        'failed: container_exited: "worker" exited with code 1, twice, 0.4 s after its start. Rolling back to v1.2.3.',
      rolled_back: 'failed: container_exited: "worker" exited with code 1, twice, 0.4 s after its start.',
      cancelling: 'being cancelled by ada: wrong image',
      cancelled: 'cancelled by ada: wrong image',
      failed:
        'failed: rollback_failed: the rollback failed as well: worker may serve neither the old nor the new version. It began with container_exited: "worker" exited with code 1, twice, 0.4 s after its start.',
      stopping: 'stopping',
      stopped: 'stopped',
    })
  })
})
