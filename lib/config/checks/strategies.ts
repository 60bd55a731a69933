import { builtInStrategies } from '../built-in-strategies.ts'
import type { Mistake, Path } from '../mistakes/mistake.ts'
import { environmentsOf } from '../resolve-app.ts'
import type { StrategySettings, TapitFile } from '../schema.ts'
import { typesOfStrategyKeys } from '../../names/strategy-keys.ts'
import { longestMinutes, minutesOfStrategy } from '../minutes-of-strategy.ts'
import { unknownName } from './unknown-name.ts'
import { strategyDefaults as defaults } from '../strategy-defaults.ts'

/** Each strategy by itself: what its type takes, and how its rules are written. */
export function checkStrategies(settings: TapitFile): readonly Mistake[] {
  return Object.entries(settings.strategies ?? {}).flatMap(([name, strategy]) => {
    const path = ['strategies', name]
    return [
      ...checkBuiltIn(name, strategy, path),
      ...checkStrategy(strategy, path),
      ...checkTargets(settings, strategy, path),
    ]
  })
}

/** What a strategy says, whatever its name and wherever it is used. */
export function checkStrategy(strategy: StrategySettings, path: Path): readonly Mistake[] {
  return [
    ...checkKeys(strategy, path),
    ...checkShares(strategy, path),
    ...checkRoom(strategy, path),
    ...checkLength(strategy, path),
    ...checkPauses(strategy, path),
    ...checkRules(strategy, path),
  ]
}

/** A built-in name may get other settings, but must not mean another type. */
function checkBuiltIn(name: string, { type }: StrategySettings, path: Path): readonly Mistake[] {
  const builtIn = builtInStrategies.find(strategy => strategy.name === name)
  return builtIn === undefined || builtIn.type === type
    ? []
    : [
        {
          path: [...path, 'type'],
          message: `"${type}" is not allowed: ${name} is built in. Allowed: ${builtIn.type}, or another name.`,
        },
      ]
}

/** ECS drops in silence what does not fit the type. */
function checkKeys(strategy: StrategySettings, path: Path): readonly Mistake[] {
  return Object.entries(typesOfStrategyKeys)
    .filter(([key, types]) => Object.hasOwn(strategy, key) && types.every(type => type !== strategy.type))
    .map(([key, types]) => ({
      path: [...path, key],
      on: 'key',
      message: `is not allowed with type ${strategy.type}. Allowed with type ${types.join(', ')}.`,
    }))
}

function checkShares(strategy: StrategySettings, path: Path): readonly Mistake[] {
  const keys = ['canaryPercent', 'stepPercent'] as const
  return keys.flatMap(key => {
    const percent = strategy[key] ?? 0
    const isWhole = Math.abs(percent * 10 - Math.round(percent * 10)) < 1e-9
    return isWhole
      ? []
      : [{ path: [...path, key], message: `${percent} is not allowed. Allowed: multiples of 0.1.` }]
  })
}

function checkRoom(
  {
    minimumHealthyPercent: least = defaults.minimumHealthyPercent,
    maximumPercent: most = defaults.maximumPercent,
  }: StrategySettings,
  path: Path,
): readonly Mistake[] {
  return most > least
    ? []
    : [
        {
          path: [...path, 'maximumPercent'],
          message: `${most} is not allowed: with minimumHealthyPercent ${least} it leaves no room to start or stop a task. Allowed: more than that.`,
        },
      ]
}

function checkLength(strategy: StrategySettings, path: Path): readonly Mistake[] {
  const minutes = minutesOfStrategy(strategy)
  return minutes <= longestMinutes
    ? []
    : [
        {
          path,
          message: `it takes ${minutes} minutes from the first share of the traffic to its end. Allowed: at most ${longestMinutes}, as CloudFormation waits no longer.`,
        },
      ]
}

function checkPauses(strategy: StrategySettings, path: Path): readonly Mistake[] {
  const { type, pauseBefore } = strategy
  if (type === 'rolling') return []
  if (pauseBefore === undefined) {
    const lonely = (['pauseTimeoutMinutes', 'onPauseTimeout'] as const).filter(key =>
      Object.hasOwn(strategy, key),
    )
    return lonely.map(key => ({
      path: [...path, key],
      on: 'key',
      message: 'is not allowed without pauseBefore: nothing pauses.',
    }))
  }
  const step = pauseBefore.indexOf('step')
  return step === -1 || type !== 'blue_green'
    ? []
    : [
        {
          path: [...path, 'pauseBefore', step],
          message:
            '"step" is not allowed: blue_green moves all traffic in one step. Allowed: switch, finalize.',
        },
      ]
}

const percentMetrics = ['http.error_rate', 'system.cpu_usage_percentage', 'system.memory_usage_percentage']

function checkRules({ rollbackOn = [], pauseBefore }: StrategySettings, path: Path): readonly Mistake[] {
  return rollbackOn.flatMap(({ metric, above, below, forMinutes = 1 }, index): readonly Mistake[] => {
    const place = [...path, 'rollbackOn', index]
    if ((above === undefined) === (below === undefined))
      return [
        {
          path: place,
          message: `${above === undefined ? 'it has neither above nor below' : 'it has both above and below'}. Allowed: one of the two.`,
        },
      ]
    if (metric === 'http.rpm' && below !== undefined && forMinutes < 2)
      return [
        {
          path: place,
          message:
            'http.rpm below something for one minute is not allowed: the minute in which the traffic begins is never whole. Allowed: forMinutes 2 and more.',
        },
      ]
    if (metric === 'http.rpm' && below !== undefined && pauseBefore !== undefined)
      return [
        {
          path: place,
          message:
            'http.rpm below something is not allowed with pauseBefore: the few requests of testers would count. Allowed: above, or no pause.',
        },
      ]
    const bound = above ?? below ?? 0
    return percentMetrics.includes(metric) && bound > 100
      ? [
          {
            path: [...place, above === undefined ? 'below' : 'above'],
            message: `${bound} is not allowed. Allowed: 0 to 100; ${metric} is in percent.`,
          },
        ]
      : []
  })
}

function checkTargets(
  settings: TapitFile,
  { targets = {} }: StrategySettings,
  path: Path,
): readonly Mistake[] {
  const { environments = [], processes = [] } = targets
  return [
    ...environments.flatMap((name, index) =>
      unknownName({
        what: 'environment',
        name,
        names: environmentsOf(settings),
        path: [...path, 'targets', 'environments', index],
      }),
    ),
    ...processes.flatMap((name, index) =>
      unknownName({
        what: 'process',
        name,
        names: Object.keys(settings.processes),
        path: [...path, 'targets', 'processes', index],
      }),
    ),
  ]
}
