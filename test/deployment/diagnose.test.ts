import { describe, expect, it } from 'vitest'
import { diagnose } from '../../lib/deployment/diagnose.ts'
import type { SeenServiceDeployment, StoppedTask } from '../../lib/deployment/observation.ts'
import { failureKinds } from '../../lib/deployment/failures/kinds.ts'
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

  const unanswered = {
    id: 'ecs-pause-1',
    targetType: 'PAUSE',
    status: 'TIMED_OUT',
    timeoutAction: 'ROLLBACK',
  }
  const pauseOf = (stage: string, timeoutInMinutes: number) => ({
    targetType: 'PAUSE',
    lifecycleStages: [stage],
    timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' },
  })
  const one = [pauseOf('POST_TEST_TRAFFIC_SHIFT', 3)]
  const two = [pauseOf('POST_SCALE_UP', 1440), pauseOf('POST_PRODUCTION_TRAFFIC_SHIFT', 90)]

  it.each([
    ['the only pause that was sent', one, undefined, 'nobody let it go on before the switch within 3 min.'],
    [
      'the pause of the last look',
      two,
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'nobody let it go on before the old tasks go within 1 h 30 min.',
    ],
    ['which of several is not known', two, undefined, 'nobody let it go on in time.'],
    ['what another tool sent', [], undefined, 'nobody let it go on in time.'],
    ['the first of them', two, 'POST_SCALE_UP', 'nobody let it go on before the switch within 24 h.'],
    ['a stage of its own', one, 'PRE_SCALE_UP', 'nobody let it go on in time.'],
  ])('is a pause that nobody ended: %s', (_which, lifecycleHooks, stage, text) => {
    const way = ours({ status: 'ROLLBACK_IN_PROGRESS', statusReason: 'aws', hooks: [unanswered] })
    const paused = deployment({
      configuration: { strategy: 'CANARY', lifecycleHooks },
      state: {
        is: 'shifting',
        ecs: { taskDefinition: 'arn' },
        ...(stage !== undefined && { pause: { hookId: 'ecs-pause-1', stage } }),
      },
    })

    const failure = diagnose(paused, way, seen({ ours: way }))

    expect(failure.code).toBe('hook_failed')
    expect(failureKinds.hook_failed.sentence(failure, paused)).toBe(text)
    expect(failureKinds.hook_failed.advice(failure, paused)).toBe(
      'Deploy it again, and let it go on while it waits (tapit continue deploy): tapit -a shop create deploy process=worker docker_tag=v1.3.0',
    )
  })

  it("is a function's answer in ECS's words", () => {
    const statusReason = 'Lifecycle hook target arn:fn returned FAILED status.'
    const way = ours({
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason,
      hooks: [{ id: 'ecs-lambda-1', targetType: 'AWS_LAMBDA', status: 'TIMED_OUT' }],
    })

    const failure = diagnose(deployment(), way, seen({ ours: way }))

    expect(failureKinds.hook_failed.sentence(failure, deployment())).toContain(statusReason)
    expect(failureKinds.hook_failed.advice(failure, deployment())).toContain("Lambda's log group")
  })

  it("is tapit's own judgement where tapit asked for it", () => {
    const judged = { code: 'readiness_timeout', evidence: [], limit: 30_000 } as const

    expect(diagnose(deployment({ judged }), ours({ status: 'ROLLBACK_REQUESTED' }), seen())).toBe(judged)
  })
})
