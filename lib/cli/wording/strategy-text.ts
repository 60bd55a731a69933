import type { Deployment } from '../../deployment/deployment.ts'
import { overridesText } from './overrides-text.ts'

/** `canary careful, changed for this deployment: canary_percent=25`; empty where its type says all. */
export function strategyText({
  strategy,
  strategyName,
  overrides,
}: Pick<Deployment, 'strategy' | 'strategyName' | 'overrides'>): string {
  if (strategyName === undefined && overrides === undefined) return ''
  const name = strategyName === undefined ? strategy : `${strategy} ${strategyName}`
  return overrides === undefined ? name : `${name}, changed for this deployment: ${overridesText(overrides)}`
}
