import type { Deployment } from '../../../lib/deployment/deployment.ts'
import type { Observation, SeenServiceDeployment } from '../../../lib/deployment/observation.ts'
import type { In, Pause, UnderWay } from '../../../lib/deployment/state.ts'
import { deployment, ecs, healthy, ours, t0 } from './builders.ts'

/** A canary by the name of careful, under way to v1.3.0, in place of v1.2.3. */
export function canary(
  { is = 'shifting', ...state }: Partial<UnderWay> & { is?: UnderWayName } = {},
  over: Partial<Deployment> = {},
): Deployment {
  const { at = 22_000, ...rest }: Partial<Deployment> & { at?: number } = over
  return deployment(
    'default',
    { is, ecs: ecs('default'), traffic: { production: 10, test: 100 }, ...state },
    { at, strategy: 'canary', strategyName: 'careful', ...rest },
  )
}

type UnderWayName = In<'starting' | 'checking' | 'shifting' | 'draining'>['is']

export const beforeSwitch: Pause = {
  hookId: 'ecs-pause-1',
  stage: 'POST_TEST_TRAFFIC_SHIFT',
  until: t0 + 3_600_000,
  onTimeout: 'rollback',
}

/** It has nothing but test traffic, and waits for a word before users get to it. */
export function waiting(pause: Partial<Pause> = {}, over: Partial<Deployment> = {}): Deployment {
  return canary({ traffic: { production: 0, test: 100 }, pause: { ...beforeSwitch, ...pause } }, over)
}

/** ECS 48 s into the bake of a canary, at t0 + 41 s; two alarms watch. */
export function baking(over: Partial<SeenServiceDeployment> = {}): Observation {
  return healthy(2, {
    at: t0 + 41_000,
    ours: ours({
      lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
      stageSince: t0 - 7000,
      pacing: { bakeMinutes: 5, canaryBakeMinutes: 5 },
      target: { requested: 2, running: 2, pending: 0, traffic: { production: 10, test: 100 } },
      sourceRunning: 2,
      alarms: { status: 'MONITORING', names: ['errors', 'slow'], triggered: [] },
      ...over,
    }),
  })
}
