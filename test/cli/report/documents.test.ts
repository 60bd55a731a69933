import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { AppStatus } from '../../../lib/actions/status/process-status.ts'
import { listDeploys } from '../../../lib/cli/report/list-deploys.ts'
import { logLine } from '../../../lib/cli/report/log-line.ts'
import { outcome } from '../../../lib/cli/report/outcome.ts'
import { showPlan } from '../../../lib/cli/report/plan.ts'
import { showDeploy, type ShowDeploy } from '../../../lib/cli/report/show-deploy.ts'
import { showStatus } from '../../../lib/cli/report/status.ts'
import { outcomeText } from '../../../lib/cli/wording/outcome-text.ts'
import {
  deployment,
  ecs,
  group,
  healthy,
  ids,
  live,
  logLines,
  pointer,
  rolledBack,
  states,
  t0,
  view,
} from './builders.ts'
import { plan, processPlan } from './plan-builders.ts'

const partly: ShowDeploy = {
  group,
  deployments: [live('default'), live('scheduler', 38_000), rolledBack()],
  seen: new Map([
    [ids.default, healthy()],
    [ids.scheduler, healthy(1)],
    [ids.worker, healthy(1)],
  ]),
  evidenceLines: new Map([[ids.worker, logLines]]),
  pushedAt: t0 - 180_000,
  exit: 1,
}

const app: AppStatus = {
  app: 'shop',
  environment: 'production',
  region: 'eu-west-1',
  processes: [
    {
      process: 'default',
      kind: 'web',
      dockerTag: 'v1.3.0',
      stage: 'active',
      health: 'healthy',
      running: 2,
      desired: 2,
      since: t0 - 720_000,
      url: 'http://shop-123.eu-west-1.elb.amazonaws.com',
    },
    {
      process: 'worker',
      kind: 'worker',
      dockerTag: 'v1.2.3',
      stage: 'active',
      health: 'healthy',
      running: 1,
      desired: 1,
      since: t0 - 3 * 86_400_000,
      latest: rolledBack(),
    },
    {
      process: 'scheduler',
      kind: 'worker',
      dockerTag: 'v1.3.0',
      stage: 'checking_readiness',
      health: 'pending',
      running: 0,
      desired: 1,
      since: t0 - 720_000,
      drift: {
        is: 'changed_outside',
        taskDefinition: 'arn:aws:ecs:eu-west-1:1:task-definition/shop-scheduler:44',
        registeredBy: 'arn:aws:iam::1:role/terraform',
      },
    },
  ],
}

const dryRun = plan([
  processPlan('default'),
  processPlan('worker', { isSameImage: true, changes: [] }),
  {
    is: 'refused',
    process: 'scheduler',
    code: 'deployment_in_progress',
    reason: 'another deployment is in progress: dep_01je by github-actions, 2 min, checking readiness',
  },
])

/** What must stay whole may be wider than the terminal: ids and commands. */
const copyable = /tapit -a |grp_|dep_|https?:/

describe('showDeploy', () => {
  it('shows the end of a deploy in 120 columns', () => {
    expect(showDeploy(partly, view(120)).join('\n')).toBe(
      `
shop  v1.3.0  sha256:9f2c41d0 (pushed 3 min ago, by ci, commit 4be1a77)         grp_01jd3v8k2q4m6n8p0r2t4v6x8z

  ● default    active       2/2 tasks      2/2 targets healthy  rolling  0:41
  ● scheduler  active       1/1 tasks                           rolling  0:38
  ✗ worker     rolled back  1/1 on v1.2.3                       rolling  0:22
      container_exited: "worker" exited with code 1, twice, 0.4 s after its start.
      task 5c1e0a3b  EssentialContainerExited  10:42:07Z
        | Error: QUEUE_URL is not set
        |   at main (worker.js:12:11)
      v1.2.3 is running again (checked). Next: tapit -a shop show logs deploy=dep_01jd3v8k2q4m6n8p0r2t4v6x8c

1 of 3 rolled back: worker is on v1.2.3, default and scheduler are on v1.3.0 (shop, 41 s).              exit 1
  fix it and:   tapit -a shop create deploy process=worker docker_tag=…
  or go back:   tapit -a shop rollback group=${ids.group}`
        .replaceAll(':   tapit', ':  tapit')
        .trimStart(),
    )
  })

  it('shows it in 60 columns', () => {
    expect(showDeploy(partly, view(60)).join('\n')).toBe(
      `
shop v1.3.0 sha256:9f2c41d0 (pushed 3 min ago, by ci, commit
  4be1a77)
  grp_01jd3v8k2q4m6n8p0r2t4v6x8z

  ● default    active       2/2 tasks      2/2 healthy  0:41
  ● scheduler  active       1/1 tasks                   0:38
  ✗ worker     rolled back  1/1 on v1.2.3               0:22
      container_exited: "worker" exited with code 1, twice,
      0.4 s after its start.
      task 5c1e0a3b  EssentialContainerExited  10:42:07Z
        | Error: QUEUE_URL is not set
        |   at main (worker.js:12:11)
      v1.2.3 is running again (checked). Next:
        tapit -a shop show logs deploy=dep_01jd3v8k2q4m6n8p0r2t4v6x8c

1 of 3 rolled back: worker is on v1.2.3, default and
scheduler are on v1.3.0 (shop, 41 s).                 exit 1
  fix it and:
    tapit -a shop create deploy process=worker docker_tag=…
  or go back:
    tapit -a shop rollback group=${ids.group}`.trimStart(),
    )
  })

  it('says which records of a group are missing', () => {
    const lines = showDeploy({ ...partly, missing: ['dep_lost'] }, view(120))

    expect(lines.at(-1)).toBe('1 of 4 records is missing: dep_lost.')
  })

  it('says so when all of them are', () => {
    const text = showDeploy({ group, deployments: [], missing: ['dep_a', 'dep_b'] }, view(120)).join('\n')

    expect(text).toContain('2 of 2 records are missing: dep_a, dep_b.')
  })

  it('does not sprawl in 200 columns', () => {
    expect(showDeploy(partly, view(200))).toEqual(showDeploy(partly, view(120)))
  })

  it('calls what went live and was replaced by now what it is', () => {
    const text = showDeploy(
      { deployments: [live('default')], pointers: [pointer('default', 'dep_other')] },
      view(80),
    ).join('\n')

    expect(text).toContain('· default  was active')
  })

  it('says what runs where a rollback did not bring back what ran before', () => {
    const { state } = rolledBack()
    const elsewhere =
      state.is === 'rolled_back'
        ? {
            ...state,
            restored: {
              taskDefinition: 'arn:x/shop-worker:40',
              imageDigest: 'sha256:7777eeee99',
              asBefore: false,
            },
          }
        : state

    const text = showDeploy({ deployments: [deployment('worker', elsewhere)] }, view(200)).join('\n')

    expect(text).toContain(
      'shop-worker:40 (sha256:7777eeee) is running now, which is not what ran before (shop-worker:41, v1.2.3).',
    )
    expect(text).toContain(
      'worker rolled back: it is on shop-worker:40, not on what ran before (shop, 22 s).',
    )
    expect(text).not.toContain('checked')
  })

  it('has ASCII marks where the locale has no others', () => {
    const lines = showDeploy(partly, view(120, { isAscii: true })).join('\n')

    expect(lines).toMatch(/^[\n -~]*$/)
    expect(lines).toContain('x worker     rolled back')
    expect(lines).toContain('* default    active')
  })

  it.each([60, 80, 120])('stays within %d columns in every state, but for what must be copied', columns => {
    const deployments = Object.entries(states).map(([name, state]) => deployment(name, state))

    const tooWide = showDeploy({ deployments, group, exit: 1 }, view(columns)).filter(
      line => stringWidth(line) > columns && !copyable.test(line),
    )

    expect(tooWide).toEqual([])
  })
})

describe('outcome', () => {
  it.each([
    ['all live', [live('default'), live('worker')], 'v1.3.0 is live on default and worker (shop, 41 s).'],
    ['one of one', [rolledBack()], 'worker rolled back: it is on v1.2.3 (shop, 22 s).'],
    [
      'all rolled back',
      [rolledBack(), rolledBack('scheduler')],
      '2 of 2 rolled back: worker and scheduler are on v1.2.3 (shop, 22 s).',
    ],
    [
      'some in progress',
      [live('default'), deployment('worker', states.draining)],
      '1 of 2 in progress: worker is draining what ran before, default is on v1.3.0 (shop).',
    ],
    ['one in progress', [deployment('worker', states.starting)], 'worker is starting (shop).'],
    [
      'two that switch',
      [deployment('default', states.shifting), deployment('worker', states.shifting)],
      '2 of 2 in progress: default and worker are switching their routes (shop).',
    ],
    [
      'two that are watched',
      [deployment('scheduler', states.watching), deployment('worker', states.watching)],
      '2 of 2 in progress: scheduler and worker are being watched as they run (shop).',
    ],
    ['one that switches', [deployment('default', states.shifting)], 'default is switching its route (shop).'],
    [
      'the rollback failed',
      [live('default'), deployment('worker', states.failed)],
      '1 of 2 failed: worker may not serve, default is on v1.3.0 (shop, 41 s).',
    ],
    [
      'nothing was changed',
      [
        deployment('worker', {
          is: 'failed',
          reached: 'building',
          failure: { code: 'timed_out', evidence: [] },
        }),
      ],
      'worker failed: it is still on v1.2.3 (shop, 22 s).',
    ],
    [
      'superseded',
      [
        deployment('worker', {
          is: 'cancelled',
          reached: 'checking_readiness',
          cancellation: { code: 'superseded', successor: 'dep_9' },
        }),
      ],
      'worker superseded: it belongs to a newer deployment (shop, 22 s).',
    ],
    [
      'cancelled',
      [deployment('worker', states.cancelled)],
      'worker cancelled: it is on v1.2.3 (shop, 22 s).',
    ],
    ['waiting', [deployment('worker', states.awaiting_approval)], 'worker is waiting for approval (shop).'],
    ['nothing', [], 'There is nothing to deploy.'],
  ])('is one sentence for a chat: %s', (_case, deployments, text) => {
    expect(outcomeText(deployments)).toBe(text)
  })

  it('names a few of many', () => {
    const text = outcomeText(Array.from({ length: 71 }, (_, index) => live(`p${index}`)))

    expect(text).toBe('v1.3.0 is live on p0, p1, p2, p3, p4 and 66 more (shop, 41 s).')
  })

  it('quotes what a shell would obey in the commands that it suggests', () => {
    const text = outcome({ deployments: [rolledBack('a; rm -rf ~')] }, view(200)).join('\n')

    expect(text).toContain(`process='a; rm -rf ~' docker_tag=…`)
  })

  it('offers no way back where the others ran different versions', () => {
    const other = { ...live('scheduler'), previous: { taskDefinition: 'arn:x/y:1', dockerTag: 'v1.0.0' } }

    expect(
      outcome({ deployments: [live('default'), other, rolledBack()] }, view(120)).join('\n'),
    ).not.toContain('go back')
  })

  it('goes on in the sandbox where it began there', () => {
    const text = showDeploy(partly, view(60, { isSandbox: true })).join('\n')

    expect(text.match(/tapit --sandbox -a shop/g)).toHaveLength(3)
    expect(text).not.toContain('tapit -a')
  })

  it('does not mention exit code 0', () => {
    expect(outcome({ deployments: [live('default')], exit: 0 }, view(120))).toEqual([
      'v1.3.0 is live on default (shop, 41 s).',
    ])
  })
})

describe('listDeploys', () => {
  const deployments = [live('default'), rolledBack()]

  it('is a line each in 120 columns', () => {
    expect(listDeploys({ deployments }, view(120)).join('\n')).toBe(
      `
● default  v1.3.0  active       41 s ago  0:41  by ci  dep_01jd3v8k2q4m6n8p0r2t4v6x8a
✗ worker   v1.3.0  rolled back  41 s ago  0:22  by ci  dep_01jd3v8k2q4m6n8p0r2t4v6x8c  container_exited`.trimStart(),
    )
  })

  it('is two lines each in 60 columns, and the ids are whole', () => {
    expect(listDeploys({ deployments, next: 'abc' }, view(60)).join('\n')).toBe(
      `
● default  v1.3.0  active       41 s ago  0:41  by ci
    dep_01jd3v8k2q4m6n8p0r2t4v6x8a
✗ worker   v1.3.0  rolled back  41 s ago  0:22  by ci
    dep_01jd3v8k2q4m6n8p0r2t4v6x8c  container_exited
  There are more: next_token=abc`.trimStart(),
    )
  })

  it('says so when there are none', () => {
    expect(listDeploys({ deployments: [] }, view(80))).toEqual(['No deployments.'])
  })
})

describe('showStatus', () => {
  it('has notes at the end of the rows where there is room', () => {
    expect(showStatus(app, view(150)).join('\n')).toBe(
      `
shop (production, eu-west-1)                                       http://shop-123.eu-west-1.elb.amazonaws.com
  PROCESS    TAG     STAGE               HEALTH   TASKS  SINCE   NOTE
  default    v1.3.0  active              healthy  2/2    12 min
  worker     v1.2.3  active              healthy  1/1    3 days  v1.3.0 rolled back 19 s ago: container_exited
  scheduler  v1.3.0  checking readiness  pending  0/1    12 min  changed outside tapit: shop-scheduler:44 by arn:aws:iam::1:role/terraform`.trimStart(),
    )
  })

  it('has them beneath in 60 columns', () => {
    expect(showStatus(app, view(60)).join('\n')).toBe(
      `
shop (production, eu-west-1)
  http://shop-123.eu-west-1.elb.amazonaws.com
  PROCESS    TAG     STAGE               HEALTH   TASKS
  default    v1.3.0  active              healthy  2/2
  worker     v1.2.3  active              healthy  1/1
      v1.3.0 rolled back 19 s ago: container_exited
  scheduler  v1.3.0  checking readiness  pending  0/1
      changed outside tapit: shop-scheduler:44 by
      arn:aws:iam::1:role/terraform`.trimStart(),
    )
  })

  it.each(Object.entries(states))('has a note about a newest deployment that is %s', (_name, state) => {
    const [process] = app.processes
    const text = showStatus(
      {
        ...app,
        processes: [
          {
            ...process,
            process: 'worker',
            kind: 'worker',
            health: 'healthy',
            running: 1,
            desired: 1,
            latest: deployment('worker', state),
          },
        ],
      },
      view(300),
    ).at(-1)

    expect(text).toMatch(/v1\.3\.0 .*(ago|for \d+ s)/)
  })
})

describe('showPlan', () => {
  it('shows what would change in 120 columns', () => {
    expect(showPlan(dryRun, view(120)).join('\n')).toBe(
      `
shop  v1.4.0  sha256:77aa01c2 (pushed 41 s ago)

  default    blue_green  shop-default:51 → new revision
    containers.web.environment.LOG_LEVEL  changed (value not shown)
    containers.web.image                  …/shop@sha256:9f2c41d0 (v1.3.0) → …/shop@sha256:77aa01c2 (v1.4.0)
    cpu                                   256 → 512
  worker     rolling     shop-worker:51 → new revision (same image, its tasks restart)
  scheduler  refused
    another deployment is in progress: dep_01je by github-actions, 2 min, checking readiness.

Nothing was changed. scheduler stops this deploy; without it: process=default,worker`.trimStart(),
    )
  })

  it('shows it in 60 columns', () => {
    expect(showPlan(dryRun, view(60)).join('\n')).toBe(
      `
shop  v1.4.0  sha256:77aa01c2 (pushed 41 s ago)

  default    blue_green
      shop-default:51 → new revision
    containers.web.environment.LOG_LEVEL
      changed (value not shown)
    containers.web.image
      …/shop@sha256:9f2c41d0 (v1.3.0) →
      …/shop@sha256:77aa01c2 (v1.4.0)
    cpu
      256 → 512
  worker     rolling
      shop-worker:51 → new revision (same image, its tasks
      restart)
  scheduler  refused
    another deployment is in progress: dep_01je by
    github-actions, 2 min, checking readiness.

Nothing was changed. scheduler stops this deploy; without
it: process=default,worker`.trimStart(),
    )
  })

  it('says that a first deploy has nothing before it', () => {
    const { previous: _none, ...first } = processPlan('worker', { changes: [] })

    expect(showPlan(plan([first]), view(120)).join('\n')).toContain(
      'worker  rolling  first deploy, as a new revision of shop-worker',
    )
  })
})

describe('logLine', () => {
  const line = {
    at: t0,
    message: '\u001b[31mboom\u001b[0m\tx\n',
    stream: 'worker/worker/5c1e0a3b7d2f',
    id: '1',
    process: 'worker',
  }

  it('is a time and the text of one process, without its colours', () => {
    expect(logLine(line, { isSeveral: false, view: view(80) })).toBe('10:41:45Z boom  x')
  })

  it('says which process and task it is of where there are several', () => {
    expect(logLine({ ...line, message: 'a\nb' }, { isSeveral: true, view: view(80) })).toBe(
      '10:41:45Z worker/5c1e0a3b a\n10:41:45Z worker/5c1e0a3b b',
    )
  })

  it('has the day where that is another one', () => {
    expect(
      logLine({ ...line, message: 'a', at: t0 - 86_400_000 }, { isSeveral: false, view: view(80) }),
    ).toBe('2026-11-19 10:41:45Z a')
  })
})

it('has exit codes and words for a superseded deployment', () => {
  const superseded = deployment('worker', {
    is: 'cancelled',
    reached: 'checking_readiness',
    ecs: ecs('worker'),
    cancellation: { code: 'superseded', by: 'ada', reason: 'hotfix', successor: 'dep_9' },
  })

  const text = showDeploy({ deployments: [superseded], exit: 6 }, view(120)).join('\n')

  expect(text).toContain('superseded by dep_9, by ada: hotfix.')
  expect(text).toContain('exit 6')
  expect(text).toContain('what took over:  tapit -a shop show deploy id=dep_9')
})
