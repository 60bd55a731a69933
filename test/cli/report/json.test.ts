import { describe, expect, it } from 'vitest'
import {
  deploymentsDocument,
  listDocument,
  planDocument,
  statusDocument,
} from '../../../lib/cli/report/json.ts'
import { deployment, ecs, group, ids, live, logLines, pointer, rolledBack, states, t0 } from './builders.ts'
import { plan, processPlan } from './plan-builders.ts'

const digest = `sha256:9f2c41d0${'ab'.repeat(28)}`
const previousDigest = `sha256:1111aaaa${'cd'.repeat(28)}`

describe('deploymentsDocument', () => {
  it('says which records of a group are missing', () => {
    const document = deploymentsDocument({
      group,
      deployments: [live('default')],
      pointers: [],
      missing: ['dep_lost'],
    })

    expect(document['group']).toMatchObject({ id: ids.group, missing: ['dep_lost'] })
  })

  it('says all about a group that was rolled back in part', () => {
    const document = deploymentsDocument({
      group,
      deployments: [live('default'), rolledBack()],
      pointers: [pointer('default', ids.default)],
      evidenceLines: new Map([[ids.worker, logLines]]),
    })

    expect(JSON.parse(JSON.stringify(document))).toEqual({
      schemaVersion: 1,
      group: {
        id: ids.group,
        status: 'finalized',
        initiator: 'ci',
        caller: group.caller,
        createdAt: '2026-11-20T10:41:45.000Z',
        finishedAt: '2026-11-20T10:42:26.000Z',
      },
      deployments: [
        expect.objectContaining({
          id: ids.default,
          status: 'finalized',
          promotionStage: 'active',
          health: 'healthy',
          isActive: true,
          durationMs: 41_000,
        }),
        {
          id: ids.worker,
          groupId: ids.group,
          app: 'shop',
          process: 'worker',
          trigger: 'manual',
          dockerTag: 'v1.3.0',
          imageDigest: digest,
          gitHash: '4be1a77c0ffee',
          strategy: 'rolling',
          initiator: 'ci',
          caller: 'arn:aws:iam::123456789012:user/dev',
          status: 'rolled_back',
          promotionStage: 'rolled_back',
          health: 'healthy',
          isActive: false,
          previous: { id: 'dep_before', dockerTag: 'v1.2.3', imageDigest: previousDigest },
          failure: {
            code: 'container_exited',
            message: '"worker" exited with code 1, twice, 0.4 s after its start.',
            advice: `tapit -a shop show logs deploy=${ids.worker}`,
            evidence: [
              {
                taskId: '5c1e0a3b7d2f4e6a',
                container: 'worker',
                exitCode: 1,
                stopCode: 'EssentialContainerExited',
                stoppedReason: 'Essential container in task exited',
                ranForMs: 400,
                at: '2026-11-20T10:42:07.000Z',
                log: { group: '/tapit/shop/worker', stream: 'worker/worker/5c1e0a3b7d2f4e6a' },
                logLines: ['Error: QUEUE_URL is not set', '\tat main (worker.js:12:11)'],
              },
            ],
          },
          steps: [
            {
              name: 'deploy',
              status: 'failed',
              startedAt: '2026-11-20T10:41:45.000Z',
              finishedAt: '2026-11-20T10:42:07.000Z',
            },
            { name: 'health_check', status: 'skipped' },
            { name: 'finalize', status: 'skipped' },
          ],
          ecs: {
            cluster: 'shop',
            service: 'worker',
            taskDefinition: ecs('worker').taskDefinition,
            serviceDeployment: ecs('worker').serviceDeployment,
          },
          createdAt: '2026-11-20T10:41:45.000Z',
          startedAt: '2026-11-20T10:41:46.000Z',
          finishedAt: '2026-11-20T10:42:07.000Z',
          durationMs: 22_000,
        },
      ],
    })
  })

  it.each([
    ['awaiting_approval', 'creating_approval', undefined, undefined],
    ['denied', 'creating_approval_denied', undefined, undefined],
    ['preparing', 'creating', 'building', undefined],
    ['starting', 'waiting_for_instances', 'starting_candidate', undefined],
    ['checking', 'waiting_for_instances', 'checking_readiness', undefined],
    ['shifting', 'running', 'switching_route', undefined],
    ['draining', 'finalizing', 'draining_previous', undefined],
    ['watching', 'finalizing', 'draining_previous', undefined],
    ['live', 'finalized', 'active', undefined],
    ['rolling_back', 'rolling_back', 'starting_candidate', 'container_exited'],
    ['rolled_back', 'rolled_back', 'rolled_back', 'container_exited'],
    ['cancelling', 'cancelling', 'starting_candidate', 'cancelled'],
    ['cancelled', 'cancelled', 'starting_candidate', 'cancelled'],
    ['failed', 'failed', 'starting_candidate', 'rollback_failed'],
    ['stopping', 'deleting', undefined, undefined],
    ['stopped', 'deleted', undefined, undefined],
  ] as const)('has no null and the right words for %s', (name, status, promotionStage, code) => {
    const text = JSON.stringify(
      deploymentsDocument({ group, deployments: [deployment('worker', states[name])], pointers: [] }),
    )
    const [told] = JSON.parse(text).deployments

    expect(text).not.toContain('null')
    expect({ status: told.status, promotionStage: told.promotionStage, code: told.failure?.code }).toEqual({
      status,
      promotionStage,
      code,
    })
    expect(told.ecs).toMatchObject({ cluster: 'shop', service: 'worker' })
  })

  it('says what went wrong first where the way back failed', () => {
    const document = deploymentsDocument({
      group,
      deployments: [deployment('worker', states.failed)],
      pointers: [],
    })

    expect(document).toMatchObject({
      deployments: [{ failure: { code: 'rollback_failed', cause: { code: 'container_exited' } } }],
    })
  })

  it('says who cancelled, and what superseded', () => {
    const superseded = deployment('default', {
      is: 'cancelled',
      reached: 'building',
      cancellation: { code: 'superseded', successor: 'dep_9' },
    })

    const document = deploymentsDocument({
      group,
      deployments: [deployment('worker', states.cancelled), superseded],
      pointers: [],
    })

    expect(document).toMatchObject({
      deployments: [
        { failure: { code: 'cancelled', message: 'cancelled by ada: wrong image.' } },
        { failure: { code: 'superseded', message: 'superseded by dep_9.' } },
      ],
    })
  })

  it('has no end while something is in progress', () => {
    const document = JSON.parse(
      JSON.stringify(
        deploymentsDocument({
          group,
          deployments: [live('default'), deployment('worker', states.starting)],
          pointers: [],
        }),
      ),
    )

    expect(document.group).not.toHaveProperty('finishedAt')
    expect(document.deployments[1]).not.toHaveProperty('durationMs')
    expect(document.group.status).toBe('running')
  })

  it('keeps what came from outside as it came', () => {
    const document = deploymentsDocument({
      group: { ...group, initiator: '\u001b[2J' },
      deployments: [],
      pointers: [],
    })

    expect(document).toMatchObject({ group: { initiator: '\u001b[2J' } })
  })
})

it('lists deployments with the token of the next page', () => {
  const document = listDocument({
    deployments: [live('default')],
    pointers: [pointer('default', ids.default)],
    next: 'abc',
  })

  expect(document).toMatchObject({
    schemaVersion: 1,
    deployments: [{ id: ids.default, isActive: true }],
    nextToken: 'abc',
  })
  expect(listDocument({ deployments: [], pointers: [] })).toEqual({ schemaVersion: 1, deployments: [] })
})

it('tells the status of an app', () => {
  const document = statusDocument({
    app: 'shop',
    environment: 'production',
    processes: [
      {
        process: 'default',
        kind: 'web',
        dockerTag: 'v1',
        imageDigest: digest,
        deploymentId: ids.default,
        stage: 'active',
        health: 'healthy',
        running: 2,
        desired: 2,
        url: 'http://x',
        since: t0,
        drift: { is: 'config_waiting', template: 'arn:x' },
      },
      { process: 'worker', kind: 'worker', health: 'pending', running: 0, desired: 1 },
    ],
  })

  expect(document).toEqual({
    schemaVersion: 1,
    app: 'shop',
    environment: 'production',
    processes: [
      {
        process: 'default',
        kind: 'web',
        dockerTag: 'v1',
        imageDigest: digest,
        deploymentId: ids.default,
        promotionStage: 'active',
        health: 'healthy',
        running: 2,
        desired: 2,
        url: 'http://x',
        since: '2026-11-20T10:41:45.000Z',
        drift: { code: 'config_waiting', template: 'arn:x' },
      },
      { process: 'worker', kind: 'worker', health: 'pending', running: 0, desired: 1 },
    ],
  })
})

it('tells a plan, and that it is not possible', () => {
  const document = planDocument(
    plan([
      processPlan('default'),
      { is: 'refused', process: 'worker', code: 'busy', reason: 'another deployment is in progress' },
    ]),
  )

  expect(document).toMatchObject({
    schemaVersion: 1,
    isDryRun: true,
    isPossible: false,
    processes: [
      {
        process: 'default',
        action: 'deploy',
        dockerTag: 'v1.4.0',
        changes: [
          { path: 'containers.web.environment.LOG_LEVEL', change: 'changed' },
          {},
          { path: 'cpu', before: '256', after: '512' },
        ],
      },
      {
        process: 'worker',
        action: 'refused',
        error: { code: 'busy', message: 'another deployment is in progress' },
      },
    ],
  })
})
