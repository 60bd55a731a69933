import { describe, expect, it } from 'vitest'
import type { Observation, SeenTarget, SeenTask, StoppedTask } from '../../lib/deployment/observation.ts'
import { judge } from '../../lib/deployment/judge.ts'
import {
  deployment,
  ours,
  revision,
  running,
  seen,
  stopped,
  t0,
  unstartable,
  webDeployment,
} from './builders.ts'

const again = (task: StoppedTask): readonly StoppedTask[] => [task, { ...task, id: 'b' }]
const oom = stopped({
  containers: [
    {
      name: 'worker',
      essential: true,
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    },
  ],
})

const texts = {
  missingManifest:
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 1.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:aa: not found',
  wrongArchitecture:
    "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
  missingSecret:
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:x from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  missingParameter:
    'ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: The task cannot pull secrets: invalid ssm parameters: /shop/queue-url',
  deniedSecret:
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue',
  noRoute:
    'ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration.',
  deniedPull: 'CannotPullContainerError: pull access denied for shop, repository does not allow it',
}

describe('tapit rolls back on its own', () => {
  it.each<[string, string, readonly StoppedTask[]]>([
    ['an image that is not there', 'image_not_found', [unstartable(texts.missingManifest)]],
    ['an image for another CPU', 'architecture_mismatch', [unstartable(texts.wrongArchitecture)]],
    ['a secret that does not exist', 'secrets_unavailable', [unstartable(texts.missingSecret)]],
    ['a parameter that does not exist', 'secrets_unavailable', [unstartable(texts.missingParameter)]],
  ])('at the first task that shows %s', (_what, code, tasks) => {
    expect(judge(deployment(), seen({ stopped: tasks }))).toMatchObject({ code, times: 1 })
  })

  it.each<[string, string, StoppedTask]>([
    ['an essential container that exits', 'container_exited', stopped()],
    ['a container that is out of memory', 'out_of_memory', oom],
    ['an image that may not be pulled', 'image_pull_failed', unstartable(texts.deniedPull)],
    ['a secret that may not be read', 'secrets_unavailable', unstartable(texts.deniedSecret)],
    ['a network without a way out', 'networking', unstartable(texts.noRoute)],
  ])('at the second task that shows %s', (_what, code, task) => {
    expect(judge(deployment(), seen({ stopped: [task] }))).toBeUndefined()
    expect(judge(deployment(), seen({ stopped: again(task) }))).toMatchObject({ code, times: 2 })
  })

  it.each([
    [
      'target_unhealthy',
      [
        {
          id: '10.0.0.1',
          state: 'unhealthy',
          reason: 'Target.ResponseCodeMismatch',
          description: 'Health checks failed with these codes: [503]',
          since: t0,
        },
      ],
    ],
    ['readiness_timeout', [{ id: '10.0.0.1', state: 'initial', since: t0 }]],
  ])('with %s when a target is not healthy in its time, and not a moment before', (code, targets) => {
    expect(judge(webDeployment(), seen({ at: t0 + 30_000, targets }))).toBeUndefined()
    expect(judge(webDeployment(), seen({ at: t0 + 30_001, targets }))).toMatchObject({ code, limit: 30_000 })
  })

  it.each([
    ['container_unhealthy', 'UNHEALTHY'],
    ['readiness_timeout', 'UNKNOWN'],
  ])('with %s when a container is %s past its time', (code, healthStatus) => {
    const checked = deployment({
      health: { loadBalanced: false, containerHealthCheck: true, readinessLimit: 10_000, stayRunning: 0 },
    })
    const tasks = [
      {
        id: 'a',
        taskDefinition: revision,
        lastStatus: 'RUNNING',
        healthStatus,
        since: t0,
        imageDigests: [],
      },
    ]

    expect(judge(checked, seen({ at: t0 + 10_000, tasks }))).toBeUndefined()
    expect(judge(checked, seen({ at: t0 + 10_001, tasks }))).toMatchObject({ code })
  })

  it('at the first crash after ECS called the deployment successful', () => {
    const watching = deployment({
      state: { is: 'watching', ecs: { taskDefinition: revision }, until: t0 + 60_000 },
    })
    const success = ours({ status: 'SUCCESSFUL', target: running, finishedAt: t0 + 5_000 })

    expect(
      judge(watching, seen({ ours: success, stopped: [stopped({ stoppedAt: t0 + 4_000 })] })),
    ).toBeUndefined()
    expect(
      judge(watching, seen({ ours: success, stopped: [stopped({ stoppedAt: t0 + 6_000 })] })),
    ).toMatchObject({ code: 'container_exited', times: 1 })
  })
})

describe('tapit leaves alone', () => {
  it.each<[string, Partial<Observation>]>([
    ['a deployment that is only slow', { at: t0 + 3_600_000 }],
    ['Spot interruptions', { stopped: again(stopped({ stopCode: 'SpotInterruption' })) }],
    ["AWS's own repairs", { stopped: again(stopped({ stopCode: 'InfrastructureHealth' })) }],
    ['tasks that somebody stopped', { stopped: again(stopped({ stopCode: 'UserInitiated' })) }],
    [
      'scaling in',
      {
        stopped: again(
          stopped({
            stopCode: 'ServiceSchedulerInitiated',
            stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
          }),
        ),
      },
    ],
    [
      'capacity that is not there',
      {
        stopped: again(
          unstartable(
            'Capacity is unavailable at this time. Please try again later or in a different availability zone',
          ),
        ),
      },
    ],
    [
      'two hiccups among many tasks that run',
      { ours: ours({ target: { requested: 10, running: 8, pending: 2 } }), stopped: again(stopped()) },
    ],
    [
      'failed health checks where nobody said how long they may take',
      {
        stopped: again(
          stopped({
            stopCode: 'ServiceSchedulerInitiated',
            stoppedReason: 'Task failed ELB health checks in (target-group arn:tg)',
          }),
        ),
      },
    ],
  ])('%s', (_what, look) => {
    expect(judge(deployment(), seen(look))).toBeUndefined()
  })

  it('a healthy deployment of which one task flaps', () => {
    const targets = [
      { id: '10.0.0.1', taskId: 'a', state: 'unhealthy', since: t0, wasHealthy: true },
      { id: '10.0.0.2', taskId: 'b', state: 'healthy', since: t0, wasHealthy: true },
    ]

    expect(judge(webDeployment(), seen({ at: t0 + 600_000, targets }))).toBeUndefined()
    expect(judge(webDeployment(), seen({ at: t0 + 600_000, targets: targets.slice(0, 1) }))).toBeUndefined()
  })

  it.each<[string, number, string | undefined]>([
    ['one of two', 1, undefined],
    ['two of three', 2, 'target_unhealthy'],
  ])('targets that never turned healthy unless they are more than those that did: %s', (_what, bad, code) => {
    const target = (id: string, state: string): SeenTarget => ({ id, taskId: id, state, since: t0 })
    const targets = [
      target('good', 'healthy'),
      ...Array.from({ length: bad }, (_, index) => target(`bad-${index}`, 'unhealthy')),
    ]

    expect(judge(webDeployment(), seen({ at: t0 + 600_000, targets }))?.code).toBe(code)
  })

  it('a task that two target groups call overdue, as one of three', () => {
    const targets = [
      { id: '10.0.0.1', taskId: 'a', state: 'unhealthy', since: t0 },
      { id: '10.0.0.1', taskId: 'a', state: 'unhealthy', since: t0 },
      { id: '10.0.0.2', taskId: 'b', state: 'healthy', since: t0 },
    ]

    expect(judge(webDeployment(), seen({ at: t0 + 600_000, targets }))).toBeUndefined()
  })

  it.each<[string, Partial<SeenTask>]>([
    ['was healthy before', { since: t0, wasHealthy: true }],
    ['started long ago by a clock that is not ours', { startedAt: t0 - 3_600_000, since: t0 + 595_000 }],
  ])('a container that is not healthy but %s', (_what, task) => {
    const checked = deployment({
      health: { loadBalanced: false, containerHealthCheck: true, readinessLimit: 10_000, stayRunning: 0 },
    })
    const tasks = [
      {
        id: 'a',
        taskDefinition: revision,
        lastStatus: 'RUNNING',
        healthStatus: 'UNHEALTHY',
        imageDigests: [],
        ...task,
      },
    ]

    expect(judge(checked, seen({ at: t0 + 600_000, tasks }))).toBeUndefined()
  })

  it.each(['live', 'rolling_back', 'cancelling', 'failed'] as const)('what is %s already', is => {
    const failure = { code: 'container_exited', evidence: [] } as const
    const states = {
      live: { is: 'live', ecs: { taskDefinition: revision } },
      rolling_back: {
        is: 'rolling_back',
        ecs: { taskDefinition: revision },
        failure,
        reached: 'starting_candidate',
      },
      cancelling: { is: 'cancelling', reached: 'starting_candidate', cancellation: { code: 'cancelled' } },
      failed: { is: 'failed', failure, reached: 'starting_candidate' },
    } as const

    expect(
      judge(deployment({ state: states[is] }), seen({ stopped: [unstartable(texts.missingManifest)] })),
    ).toBeUndefined()
  })
})
