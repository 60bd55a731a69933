import { describe, expect, it } from 'vitest'
import { diagnose } from '../../lib/deployment/diagnose.ts'
import type { SeenServiceDeployment, StoppedTask } from '../../lib/deployment/observation.ts'
import { deployment, ours, seen, stopped, unstartable } from './builders.ts'

const triggered = { status: 'TRIGGERED', failureCount: 3, threshold: 3 }

describe('why ECS turned a deployment back', () => {
  it.each<[string, Partial<SeenServiceDeployment>, readonly StoppedTask[]]>([
    ['hook_failed', { hooks: [{ id: 'ecs-pause-1', status: 'FAILED' }] }, []],
    ['hook_failed', { hooks: [{ id: 'ecs-pause-1', status: 'TIMED_OUT' }] }, []],
    ['alarm', { alarms: { status: 'TRIGGERED', names: ['shop-5xx'], triggered: ['shop-5xx'] } }, [stopped()]],
    [
      'alarm',
      {
        hooks: [{ id: 'ecs-pause-1', status: 'TIMED_OUT', timeoutAction: 'CONTINUE' }],
        alarms: { status: 'TRIGGERED', names: ['shop-5xx'], triggered: ['shop-5xx'] },
      },
      [],
    ],
    ['container_exited', { circuitBreaker: triggered }, [stopped()]],
    [
      'target_unhealthy',
      { circuitBreaker: triggered },
      [
        stopped({
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: 'Task failed ELB health checks in (target-group arn:tg)',
        }),
      ],
    ],
    [
      'container_unhealthy',
      { circuitBreaker: triggered },
      [
        stopped({
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: 'Task failed container health checks',
        }),
      ],
    ],
    ['never_started', { circuitBreaker: triggered }, [unstartable('Capacity is unavailable at this time.')]],
    ['never_started', { circuitBreaker: triggered }, []],
    ['circuit_breaker', { circuitBreaker: triggered, target: { requested: 1, running: 1, pending: 0 } }, []],
    [
      'networking',
      {
        statusReason:
          'Service deployment rolled back because of invalid networking configuration: the rule was not found',
      },
      [],
    ],
    ['cancelled', { statusReason: 'Service deployment rolled back by user' }, []],
  ])('is %s', (code, part, tasks) => {
    const way = ours({ status: 'ROLLBACK_IN_PROGRESS', ...part })

    expect(diagnose(deployment(), way, seen({ ours: way, stopped: tasks })).code).toBe(code)
  })

  it("is tapit's own judgement where tapit asked for it", () => {
    const judged = { code: 'readiness_timeout', evidence: [], limit: 30_000 } as const

    expect(diagnose(deployment({ judged }), ours({ status: 'ROLLBACK_REQUESTED' }), seen())).toBe(judged)
  })
})
