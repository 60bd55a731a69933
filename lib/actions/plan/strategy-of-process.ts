import type { StrategyConfig } from '../../config/app-config.ts'
import { builtInStrategies } from '../../config/built-in-strategies.ts'
import { type StrategyPlace, outsideTargets } from '../../config/outside-targets.ts'
import { type ReadStrategy, readStrategy } from '../../config/read-strategy.ts'
import type { Overrides } from '../../deployment/deployment.ts'
import { strategyParameter, tagKeys } from '../../names/aws.ts'
import { keyInArgv } from '../../names/key-in-argv.ts'
import { nearest } from '../../names/nearest.ts'
import { misfitsOfStrategy } from '../../strategy/misfits-of-strategy.ts'
import { strategyOfConfiguration } from '../../strategy/strategy-of-configuration.ts'
import { isLoadBalanced } from '../services/kind-of-service.ts'
import type { Service } from '../ports.ts'

/** How a process is to be deployed, and how it is deployed when nobody says otherwise. */
export type ProcessStrategy = {
  /** Absent where the service keeps the configuration that it has: nobody named a strategy for it. */
  readonly strategy?: StrategyConfig
  /** Absent where the service names none. */
  readonly own?: StrategyConfig
  /** Nobody named one: it is read off the service's configuration, to change parts of it. */
  readonly isReadOff?: boolean
}

export type StrategyRefusal = {
  readonly code: string
  readonly reason: string
  readonly advice: string
  /** It is the command line that is wrong. */
  readonly isUsage?: boolean
}

export type StrategyWish = { readonly name?: string; readonly overrides?: Overrides }

export type StrategyQuestion = StrategyPlace & {
  readonly app: string
  readonly service: Service
  readonly wish: StrategyWish
  /** Names and values of the parameters below `/tapit/<app>/`. */
  readonly parameters: ReadonlyMap<string, string>
}

/** The strategy by which a process is deployed, out of what was asked for, what its service is tagged with and what CDK has published; or why there is none. */
export function strategyOfProcess(question: StrategyQuestion): ProcessStrategy | StrategyRefusal {
  const { service, wish } = question
  const { [tagKeys.strategy]: tagged } = service.tags
  const found = tagged === undefined ? undefined : named(tagged, question)
  // What its own strategy is need not be known to deploy by another one: that is the way out where its settings are lost.
  if (found !== undefined && 'code' in found && wish.name === undefined) return found
  const own = found === undefined || 'code' in found ? undefined : found
  const chosen = wish.name === undefined ? own : named(wish.name, question)
  if (chosen !== undefined && 'code' in chosen) return chosen
  const { overrides = {} } = wish
  const isChanged = Object.keys(overrides).length > 0
  const base = chosen ?? (isChanged ? strategyOfConfiguration(service.configuration) : undefined)
  if (base === undefined) return {}
  const strategy = isChanged ? overridden(base, overrides) : base
  if ('code' in strategy) return strategy
  return unfit(strategy, question) ?? { strategy, ...(own && { own }), ...(!chosen && { isReadOff: true }) }
}

/** What CDK published, else a built-in one. */
function named(name: string, { app, parameters, wish }: StrategyQuestion): StrategyConfig | StrategyRefusal {
  const published = parameters.get(strategyParameter(app, name))
  if (published !== undefined) return parsed(name, published, app)
  const builtIn = builtInStrategies.find(each => each.name === name)
  if (builtIn !== undefined) return builtIn
  return name === wish.name ? unknown(name, { app, parameters }) : missing(name, app)
}

function parsed(name: string, text: string, app: string): StrategyConfig | StrategyRefusal {
  const read = readJson(text)
  if (read.settings !== undefined) return { ...read.settings, name }
  const [first] = read.mistakes
  return {
    code: 'bad_strategy',
    reason: `the strategy ${name} in ${strategyParameter(app, name)} cannot be read: ${said(first)}`,
    advice: 'Publish it again (cdk deploy) with the version of tapit that deploys.',
  }
}

function readJson(text: string): ReadStrategy {
  try {
    return readStrategy(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { mistakes: [{ message: 'it is not JSON.' }] }
  }
}

function said(
  { key, message }: { readonly key?: string; readonly message: string } = { message: '' },
): string {
  return key === undefined ? message : `${key}: ${message}`
}

function unknown(
  name: string,
  { app, parameters }: Pick<StrategyQuestion, 'app' | 'parameters'>,
): StrategyRefusal {
  const path = strategyParameter(app, '')
  const published = [...parameters.keys()].flatMap(each =>
    each.startsWith(path) ? each.slice(path.length) : [],
  )
  const names = [...new Set([...published, ...builtInStrategies.map(each => each.name)])]
  const [near] = nearest(name, names)
  return {
    code: 'unknown_strategy',
    isUsage: true,
    reason: `there is no strategy "${name}".${near === undefined ? '' : ` Did you mean ${near}?`}`,
    advice: `There are: ${names.join(', ')}. tapit.yml names more of them, and cdk deploy publishes those.`,
  }
}

/** Without its settings a deploy could only guess, and might leave out what guards production. */
function missing(name: string, app: string): StrategyRefusal {
  return {
    code: 'settings_missing',
    reason: `its service is deployed by the strategy "${name}", and ${strategyParameter(app, name)} does not exist.`,
    advice: 'Publish it (cdk deploy), or say strategy=rolling for this deployment.',
  }
}

function overridden(strategy: StrategyConfig, overrides: Overrides): StrategyConfig | StrategyRefusal {
  const { name, ...settings } = strategy
  const read = readStrategy(JSON.parse(JSON.stringify(withOverrides(settings, overrides))))
  if (read.settings !== undefined) return { ...read.settings, name }
  const mistake = read.mistakes.find(({ key = '' }) => key in overrides) ?? read.mistakes[0]
  const { key } = mistake ?? {}
  return {
    code: 'bad_override',
    isUsage: true,
    reason: `the strategy ${name} (${strategy.type}) cannot be changed so: ${said({ message: '', ...mistake, ...(key !== undefined && { key: keyInArgv(key) }) })}`,
    advice: 'Leave the key out, or name a strategy that it fits: strategy=…',
  }
}

/** No pause at all leaves nothing for a timeout to end. */
function withOverrides(
  { pauseBefore, pauseTimeoutMinutes, onPauseTimeout, ...settings }: Omit<StrategyConfig, 'name'>,
  overrides: Overrides,
): Readonly<Record<string, unknown>> {
  const pauses = overrides['pauseBefore'] ?? pauseBefore
  const isWithoutPause = Array.isArray(pauses) && pauses.length === 0
  if (isWithoutPause) {
    const { pauseBefore: _, ...others } = overrides
    return { ...settings, ...others }
  }
  return { ...settings, pauseBefore, pauseTimeoutMinutes, onPauseTimeout, ...overrides }
}

/** What this strategy cannot do at this place. Whether the service is wired for it is another question (traffic-wiring.ts). */
function unfit(
  strategy: StrategyConfig,
  { service, ...place }: StrategyQuestion,
): StrategyRefusal | undefined {
  const outside = outsideTargets(strategy, place)
  if (outside !== undefined)
    return {
      code: 'strategy_not_for_here',
      reason: `the targets of the strategy ${strategy.name} leave out the ${outside} ${place[outside] ?? ''}.`,
      advice: `Name another one (strategy=rolling), or add it to the targets in tapit.yml and run cdk deploy.`,
    }
  const [misfit] = misfitsOfStrategy({ strategy, isLoadBalanced: isLoadBalanced(service) })
  if (misfit === undefined) return undefined
  return {
    code: 'strategy_misfit',
    reason: `${misfit}.`,
    advice: 'Name a strategy that fits: strategy=rolling, and process= for those it is meant for.',
  }
}
