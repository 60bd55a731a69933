import type { StrategyConfig } from './app-config.ts'

export type StrategyPlace = {
  readonly environment: string
  readonly process: string
  /** Absent where it is not known: then no region is left out. */
  readonly region?: string
}

/** What of this place the targets of a strategy leave out; absent where it may be used there. */
export function outsideTargets(
  { targets = {} }: Pick<StrategyConfig, 'targets'>,
  { environment, process, region }: StrategyPlace,
): keyof StrategyPlace | undefined {
  const { environments, processes, regions } = targets
  if (environments !== undefined && !environments.includes(environment)) return 'environment'
  if (processes !== undefined && !processes.includes(process)) return 'process'
  if (regions !== undefined && region !== undefined && !regions.includes(region)) return 'region'
  return undefined
}
