import type { ListenerRule, ProcessConfig } from '../app-config.ts'
import { builtInStrategies } from '../built-in-strategies.ts'
import type { Mistake } from '../mistakes/mistake.ts'
import { type StrategyPlace, outsideTargets } from '../outside-targets.ts'
import { quote } from '../wording/quote.ts'
import { unknownName } from './unknown-name.ts'
import { isBalanced, placeIn, type View } from './view.ts'

/** Whether each process can be deployed with its strategy. */
export function checkProcessStrategies(view: View): readonly Mistake[] {
  const names = [
    ...new Set([...Object.keys(view.app.strategies), ...builtInStrategies.map(({ name }) => name)]),
  ]
  return view.app.processes.flatMap(process => {
    const { name, strategy } = process
    const path = placeIn(view, name, 'strategy')
    const unknown = unknownName({ what: 'strategy', name: strategy.name, names, path })
    if (unknown.length > 0) return unknown
    const why = notPossible(process, view)
    return why === undefined ? [] : [{ path, message: `${quote(strategy.name)} is not allowed: ${why}` }]
  })
}

function notPossible(
  { name, kind, strategy }: ProcessConfig,
  { app, environment }: View,
): string | undefined {
  const { type, rollbackOn = [] } = strategy
  if (!isBalanced({ kind })) {
    if (type === 'canary' || type === 'linear')
      return `a worker has no traffic that could move in steps${strategy.name === type ? '' : `, and this strategy is of type ${type}`}. Allowed: rolling, blue_green.`
    const metric = rollbackOn.find(rule => rule.metric.startsWith('http.'))?.metric
    if (metric !== undefined)
      return `a worker answers no requests, and ${strategy.name} looks at ${metric}. Allowed: system.cpu_usage_percentage, system.memory_usage_percentage.`
  }
  const rules = app.rules.filter(({ process }) => process === name)
  if (type !== 'rolling' && rules.length > 1)
    return `${rules.length} rules of the load balancer lead to this process (${rules.map(inWords).join('; ')}), and ECS moves the traffic of one. Allowed: a strategy of type rolling, or one rule.`
  const place = { environment, process: name, ...(app.region !== undefined && { region: app.region }) }
  const outside = outsideTargets(strategy, place)
  return outside && leftOut[outside](place)
}

const leftOut: Readonly<Record<keyof StrategyPlace, (place: StrategyPlace) => string>> = {
  environment: ({ environment }) =>
    `its targets leave out the environment ${environment}. Allowed: another strategy there, or ${environment} among its targets.`,
  process: ({ process }) =>
    `its targets leave out this process. Allowed: another strategy, or ${process} among its targets.`,
  region: ({ region }) =>
    `its targets leave out the region ${region}. Allowed: another strategy, or ${region} among its targets.`,
}

function inWords({ hosts, paths, methods }: ListenerRule): string {
  return [...methods, `${hosts.join(' or ')}${paths.join(' or ')}`].join(' ')
}
