import type { SeenServiceDeployment } from '../../deployment/observation.ts'
import type { Traffic } from '../../deployment/state.ts'

/** Traffic stays where it is for a while: at a canary's or linear's step, or once all of it has moved. */
export type Bake = { readonly of: 'canary' | 'step' | 'all'; readonly minutes: number }

export function bakeOf(
  { lifecycleStage: stage, pacing = {} }: SeenServiceDeployment,
  traffic: Traffic | undefined,
): Bake | undefined {
  const { bakeMinutes = 0, canaryBakeMinutes, stepBakeMinutes } = pacing
  if (stage === 'BAKE_TIME') return bakeMinutes > 0 ? { of: 'all', minutes: bakeMinutes } : undefined
  const { production = 0 } = traffic ?? {}
  const isAtStep = stage === 'PRODUCTION_TRAFFIC_SHIFT' || stage === 'POST_PRODUCTION_TRAFFIC_SHIFT'
  if (!isAtStep || production <= 0 || production >= 100) return undefined
  if (canaryBakeMinutes !== undefined)
    return canaryBakeMinutes > 0 ? { of: 'canary', minutes: canaryBakeMinutes } : undefined
  return stepBakeMinutes !== undefined && stepBakeMinutes > 0
    ? { of: 'step', minutes: stepBakeMinutes }
    : undefined
}
