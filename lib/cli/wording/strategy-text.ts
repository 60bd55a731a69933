import type { Deployment } from '../../deployment/deployment.ts'
import { isSettled } from '../../deployment/projections.ts'
import { overridesText } from './overrides-text.ts'
import { pacingText } from './pacing-text.ts'

/** `canary careful: 10 % for 5 min, then all; changed for this deployment: canary_percent=25`; empty where its type says all. */
export function strategyText({
  strategy,
  strategyName,
  overrides,
  configuration = {},
  health: { loadBalanced },
  state,
}: Deployment): string {
  const pacing = pacingText(configuration, { loadBalanced, isOver: isSettled(state) })
  const changed = overrides && `changed for this deployment: ${overridesText(overrides)}`
  const details = [pacing, changed].flatMap(text => text || [])
  if (strategyName === undefined && details.length === 0) return ''
  const name = strategyName === undefined ? strategy : `${strategy} ${strategyName}`
  return details.length === 0 ? name : `${name}: ${details.join('; ')}`
}
