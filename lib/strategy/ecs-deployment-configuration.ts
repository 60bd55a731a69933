import type { StrategyConfig } from '../config/app-config.ts'
import { strategyDefaults as defaults } from '../config/strategy-defaults.ts'
import type { StrategyType } from '../names/vocabulary.ts'
import { pauseStage } from '../names/pause-stage.ts'

export type EcsDeploymentConfigurationOptions = {
  readonly strategy: StrategyConfig
  /** Whether anything looks at the tasks' health: target groups, or a health check of the container. */
  readonly hasHealthCheck: boolean
  /** Whether a rule of the load balancer leads testers to the candidate. */
  readonly hasTestTraffic: boolean
  /** Of the alarms that stand for `rollbackOn`. @default - no alarms */
  readonly alarmNames?: readonly string[]
}

/** ECS's `deploymentConfiguration`, whole, in the spelling that the SDK and CDK's CfnService share. */
export type EcsDeploymentConfiguration = {
  readonly strategy: 'ROLLING' | 'BLUE_GREEN' | 'CANARY' | 'LINEAR'
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly bakeTimeInMinutes?: number
  readonly canaryConfiguration?: { readonly canaryPercent: number; readonly canaryBakeTimeInMinutes: number }
  readonly linearConfiguration?: { readonly stepPercent: number; readonly stepBakeTimeInMinutes: number }
  readonly deploymentCircuitBreaker: {
    readonly enable: true
    readonly rollback: true
    readonly resetOnHealthyTask?: boolean
    readonly thresholdConfiguration?: { readonly type: string; readonly value: number }
  }
  readonly lifecycleHooks: PauseHook[]
  readonly alarms: { readonly alarmNames: string[]; readonly enable: boolean; readonly rollback: boolean }
}

type PauseHook = {
  readonly targetType: 'PAUSE'
  readonly lifecycleStages: string[]
  readonly timeoutConfiguration: {
    readonly timeoutInMinutes: number
    readonly action: 'CONTINUE' | 'ROLLBACK'
  }
}

const inEcs: Readonly<Record<StrategyType, EcsDeploymentConfiguration['strategy']>> = {
  rolling: 'ROLLING',
  blue_green: 'BLUE_GREEN',
  canary: 'CANARY',
  linear: 'LINEAR',
}

/** A named strategy as ECS takes it. Hooks and alarms are said also where there are none: what is left out keeps the value that the service had. */
export function ecsDeploymentConfiguration({
  strategy,
  hasHealthCheck,
  hasTestTraffic,
  alarmNames = [],
}: EcsDeploymentConfigurationOptions): EcsDeploymentConfiguration {
  const {
    type,
    minimumHealthyPercent = defaults.minimumHealthyPercent,
    maximumPercent = defaults.maximumPercent,
    bakeMinutes = defaults.bakeMinutes,
  } = strategy
  const hasAlarms = alarmNames.length > 0
  return {
    strategy: inEcs[type],
    minimumHealthyPercent,
    maximumPercent,
    ...(type !== 'rolling' && { bakeTimeInMinutes: bakeMinutes }),
    ...(type === 'canary' && { canaryConfiguration: canary(strategy) }),
    ...(type === 'linear' && { linearConfiguration: linear(strategy) }),
    deploymentCircuitBreaker: {
      enable: true,
      rollback: true,
      // Without a health check a task counts as healthy the moment it runs; that would reset the count at every crash.
      ...(!hasHealthCheck && { resetOnHealthyTask: false }),
      ...(strategy.failureThreshold !== undefined && {
        thresholdConfiguration: threshold(strategy.failureThreshold),
      }),
    },
    lifecycleHooks: pauseHooks(strategy, hasTestTraffic),
    alarms: { alarmNames: [...alarmNames], enable: hasAlarms, rollback: hasAlarms },
  }
}

function canary({
  canaryPercent = defaults.canaryPercent,
  canaryBakeMinutes = defaults.canaryBakeMinutes,
}: StrategyConfig): EcsDeploymentConfiguration['canaryConfiguration'] {
  return { canaryPercent, canaryBakeTimeInMinutes: canaryBakeMinutes }
}

function linear({
  stepPercent = defaults.stepPercent,
  stepBakeMinutes = defaults.stepBakeMinutes,
}: StrategyConfig): EcsDeploymentConfiguration['linearConfiguration'] {
  return { stepPercent, stepBakeTimeInMinutes: stepBakeMinutes }
}

/** A share is taken as it is written: `BOUNDED_PERCENT` would make it at least 3 tasks. */
function threshold(given: number | string): { type: string; value: number } {
  return typeof given === 'number'
    ? { type: 'COUNT', value: given }
    : { type: 'UNBOUNDED_PERCENT', value: Number.parseInt(given, 10) }
}

function pauseHooks(
  {
    pauseBefore = [],
    pauseTimeoutMinutes = defaults.pauseTimeoutMinutes,
    onPauseTimeout = defaults.onPauseTimeout,
  }: StrategyConfig,
  hasTestTraffic: boolean,
): PauseHook[] {
  return [...new Set(pauseBefore)].map(moment => ({
    targetType: 'PAUSE',
    lifecycleStages: [pauseStage(moment, { hasTestTraffic })],
    timeoutConfiguration: {
      timeoutInMinutes: pauseTimeoutMinutes,
      action: onPauseTimeout === 'continue' ? 'CONTINUE' : 'ROLLBACK',
    },
  }))
}
