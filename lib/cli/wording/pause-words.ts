import type { Deployment } from '../../deployment/deployment.ts'
import type { Pause } from '../../deployment/state.ts'
import { type DeploymentConfiguration, strategyOf } from '../../strategy/deployment-configuration.ts'
import { pauseMomentAt } from '../../names/pause-stage.ts'
import { trafficIn } from './traffic-in.ts'

type Of = Pick<Deployment, 'state' | 'configuration'>

/** Where a deployment waits: `before the switch`, `before step 2 of 4`; at ECS's stage where tapit did not make it wait. */
export function pauseWords(pause: Pick<Pause, 'stage'>, of?: Of): string {
  const moment = pauseMomentAt(pause.stage)
  switch (moment) {
    case 'switch':
      return 'before the switch'
    case 'step':
      return of === undefined ? 'before the next step' : beforeStep(of)
    case 'finalize':
      return 'before the old tasks go'
    case undefined:
      return `at ${pause.stage}`
  }
}

/** Which step it is shows in the traffic: ECS counts none. */
function beforeStep({ state, configuration = {} }: Of): string {
  const production = trafficIn(state)?.production
  if (production === undefined) return 'before the next step'
  if (production === 0) return 'before the first step'
  const percent = stepPercentOf(configuration)
  if (percent === undefined) return 'before the next step'
  const steps = Math.ceil(100 / percent)
  return `before step ${Math.min(steps, Math.round(production / percent) + 1)} of ${steps}`
}

function stepPercentOf(configuration: DeploymentConfiguration): number | undefined {
  const { stepPercent = 0 } = configuration.linearConfiguration ?? {}
  return strategyOf(configuration) === 'linear' && stepPercent > 0 ? stepPercent : undefined
}
