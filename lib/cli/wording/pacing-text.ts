import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'
import { strategyOf } from '../../strategy/deployment-configuration.ts'
import { pauseMomentAt } from '../../names/pause-stage.ts'
import { listed } from './listed.ts'
import { pauseWords } from './pause-words.ts'
import { took } from './took.ts'

type PacingTextOptions = {
  /** Without a load balancer there is no traffic to speak of. */
  readonly loadBalanced: boolean
  /**
   * Its deployment has ended, however far it had come.
   * @default false
   */
  readonly isOver?: boolean
}

/** How traffic moves by what ECS is sent: `10 % for 5 min, then all; both stay for 5 min after that`; empty for task by task, which needs no word. */
export function pacingText(configuration: DeploymentConfiguration, options: PacingTextOptions): string {
  const { loadBalanced } = options
  const texts = loadBalanced
    ? [steps(configuration), bake(configuration, options), pauses(configuration, options)]
    : [beside(configuration), pauses(configuration, options), bake(configuration, options)]
  return texts.filter(text => text !== '').join('; ')
}

function beside(configuration: DeploymentConfiguration): string {
  return strategyOf(configuration) === 'rolling' ? '' : 'new tasks beside the old ones'
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

function bake(
  { bakeTimeInMinutes: minutes = 0, ...configuration }: DeploymentConfiguration,
  { loadBalanced, isOver = false }: PacingTextOptions,
): string {
  if (minutes === 0 || strategyOf(configuration) === 'rolling') return ''
  if (isOver) return `both${lasting(minutes)}${loadBalanced ? ' after that' : ''}`
  return loadBalanced ? `both stay${lasting(minutes)} after that` : `both run${lasting(minutes)}`
}

function pauses(
  { lifecycleHooks = [] }: DeploymentConfiguration,
  { isOver = false }: PacingTextOptions,
): string {
  const stages = lifecycleHooks.flatMap(hook => (hook.targetType === 'PAUSE' ? stagesOf(hook) : []))
  if (stages.length === 0) return ''
  const noun = stages.length === 1 ? 'a pause' : 'pauses'
  return `${isOver ? noun : 'waits'} ${listed(stages.map(beforeWhat))}`
}

/** Each step waits, not only the next one. */
function beforeWhat(stage: string): string {
  return pauseMomentAt(stage) === 'step' ? 'before each step' : pauseWords({ stage })
}

function stagesOf(hook: Readonly<Record<string, unknown>>): string[] {
  const { lifecycleStages: stages } = hook
  return Array.isArray(stages) ? stages.filter(stage => typeof stage === 'string') : []
}
