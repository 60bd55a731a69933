import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'
import { strategyOf } from '../../strategy/deployment-configuration.ts'
import { listed } from './listed.ts'
import { pauseWords } from './pause-words.ts'
import { took } from './took.ts'

/** How traffic moves by what ECS is sent: `10 % for 5 min, then all; both stay for 5 min more`; empty for task by task, which needs no word. */
export function pacingText(configuration: DeploymentConfiguration): string {
  return [steps(configuration), bake(configuration), pauses(configuration)]
    .filter(text => text !== '')
    .join('; ')
}

function steps(configuration: DeploymentConfiguration): string {
  const { canaryConfiguration: canary = {}, linearConfiguration: linear = {} } = configuration
  switch (strategyOf(configuration)) {
    case 'rolling':
      return ''
    case 'blue_green':
      return 'all traffic at once'
    case 'canary':
      return `${share(canary.canaryPercent)}${lasting(canary.canaryBakeTimeInMinutes)}, then all`
    case 'linear':
      return `${share(linear.stepPercent)} more ${every(linear.stepBakeTimeInMinutes)}`
  }
}

function share(percent: number | undefined): string {
  return percent === undefined ? 'a share' : `${percent} %`
}

function lasting(minutes: number | undefined): string {
  return minutes === undefined || minutes === 0 ? '' : ` for ${took(minutes * 60_000)}`
}

function every(minutes: number | undefined): string {
  return minutes === undefined || minutes === 0 ? 'at a time' : `every ${took(minutes * 60_000)}`
}

function bake({ bakeTimeInMinutes: minutes = 0, ...configuration }: DeploymentConfiguration): string {
  if (minutes === 0 || strategyOf(configuration) === 'rolling') return ''
  return `both stay${lasting(minutes)} after that`
}

function pauses({ lifecycleHooks = [] }: DeploymentConfiguration): string {
  const stages = lifecycleHooks.flatMap(hook => (hook.targetType === 'PAUSE' ? stagesOf(hook) : []))
  return stages.length === 0 ? '' : `waits ${listed(stages.map(stage => pauseWords({ stage })))}`
}

function stagesOf(hook: Readonly<Record<string, unknown>>): string[] {
  const { lifecycleStages: stages } = hook
  return Array.isArray(stages) ? stages.filter(stage => typeof stage === 'string') : []
}
