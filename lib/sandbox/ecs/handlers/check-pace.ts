import type { ecs } from '../../wire/handlers.ts'
import { invalid } from './invalid.ts'

const longestMinutes = 1440

/** The ranges of the shares and bake times of a strategy, as the API's reference has them. */
export function checkPace({
  bakeTimeInMinutes = 0,
  canaryConfiguration,
  linearConfiguration,
}: ecs.DeploymentConfiguration): void {
  const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = canaryConfiguration ?? {}
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration ?? {}
  checkPercent('canaryPercent', { percent: canaryPercent, least: 0.1 })
  checkPercent('stepPercent', { percent: stepPercent, least: 3 })
  for (const [name, minutes] of Object.entries({
    bakeTimeInMinutes,
    canaryBakeTimeInMinutes,
    stepBakeTimeInMinutes,
  })) {
    if (minutes < 0 || minutes > longestMinutes) {
      invalid(`${name} must be between 0 and ${longestMinutes}.`)
    }
  }
}

function checkPercent(
  name: string,
  { percent, least }: { readonly percent: number; readonly least: number },
): void {
  const tenths = percent * 10
  const isExact = Math.abs(tenths - Math.round(tenths)) < 1e-9
  if (percent >= least && percent <= 100 && isExact) return
  invalid(`${name} must be a multiple of 0.1 between ${least} and 100.`)
}
