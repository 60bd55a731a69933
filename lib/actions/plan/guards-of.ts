import type { AppService, AppServices } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import { guardingAlarms, restingAlarms } from './guarding-alarms.ts'
import { type MisplacedTraffic, misplacedTraffic } from '../services/misplaced-traffic.ts'
import type { Ports } from '../ports.ts'
import type { DeployRequest } from './request.ts'
import { type ProcessStrategy, type StrategyRefusal, strategyOfProcess } from './strategy-of-process.ts'
import { type TrafficNow, productionRulesOf, trafficOf } from '../services/traffic-now.ts'

/** How a process is deployed, and what watches over that. */
export type Guards = {
  readonly strategy: ProcessStrategy | StrategyRefusal
  /** Where its load balancers send its traffic; read where its strategy has to know. */
  readonly traffic: readonly TrafficNow[]
  /** Users are sent where nothing answers; looked for where a deployment is to move them. */
  readonly misplaced?: MisplacedTraffic
  /** Those that would guard its deployment. */
  readonly alarms: readonly string[]
  /** Those that its service has while nothing is deployed. */
  readonly alarmsAtRest: readonly string[]
  readonly alarmsRinging: readonly string[]
  readonly alarmsMissing: readonly string[]
}

/** What the strategies of an app come from. */
export type StrategySource = Pick<AppServices, 'cluster' | 'environment'> & {
  /** Names and values of the app's settings. */
  readonly parameters: ReadonlyMap<string, string>
}

const readsAtOnce = 5

/** The strategy that the request, the service's tag and what CDK published come to. */
export function chosenStrategy(
  { process, service }: AppService,
  { cluster, environment, parameters }: StrategySource,
  { strategy: wish = {} }: DeployRequest,
): ProcessStrategy | StrategyRefusal {
  const region = cluster.arn.split(':')[3]
  return strategyOfProcess({
    app: cluster.name,
    process,
    service,
    environment,
    parameters,
    wish,
    ...(region !== undefined && { region }),
  })
}

export const unguarded: Guards = {
  strategy: {},
  traffic: [],
  alarms: [],
  alarmsAtRest: [],
  alarmsRinging: [],
  alarmsMissing: [],
}

type GuardsOptions = {
  readonly place: StrategySource
  readonly request: DeployRequest
  readonly ports: Pick<Ports, 'alarms' | 'rules' | 'targets'>
}

/** In the order of the services. The rules of load balancers are read where a strategy has to know which target group is next, the alarms where there are any. */
export async function guardsOf(
  services: readonly AppService[],
  { place, request, ports }: GuardsOptions,
): Promise<readonly Guards[]> {
  const app = place.cluster.name
  const strategies = services.map(each => chosenStrategy(each, place, request))
  const asked = services.filter((_, index) => needsRules(strategies[index]))
  const arns = productionRulesOf(asked.map(({ service }) => service))
  const rules = arns.length === 0 ? [] : await ports.rules.live(arns)
  const known = services.map(({ process, service }, index) => {
    const strategy = strategies[index] ?? {}
    const traffic = needsRules(strategy) ? trafficOf(service, rules) : []
    if ('code' in strategy) return { strategy, traffic, alarms: [], alarmsAtRest: [] }
    const guarded = { app, process, service, traffic, isTakingOver: request.supersede !== undefined }
    const alarms = guardingAlarms(strategy.strategy, guarded)
    return { strategy, traffic, alarms, alarmsAtRest: restingAlarms(strategy.own, guarded) }
  })
  const names = [...new Set(known.flatMap(({ alarms }) => alarms))]
  const [states, misplaced] = await Promise.all([
    names.length === 0 ? new Map<string, string>() : ports.alarms.states(names),
    inParallel([...known.entries()], readsAtOnce, async ([index, { strategy, traffic }]) => {
      const { desired = 0 } = services[index]?.service ?? {}
      return movesTraffic(strategy) ? misplacedTraffic({ traffic, desired }, ports.targets) : undefined
    }),
  ])
  return known.map((each, index) => ({
    ...each,
    ...(misplaced[index] && { misplaced: misplaced[index] }),
    alarmsRinging: each.alarms.filter(name => states.get(name) === 'ALARM'),
    alarmsMissing: each.alarms.filter(name => !states.has(name)),
  }))
}

function movesTraffic(strategy: ProcessStrategy | StrategyRefusal): boolean {
  return !('code' in strategy) && strategy.strategy !== undefined && strategy.strategy.type !== 'rolling'
}

function needsRules(strategy: ProcessStrategy | StrategyRefusal = {}): boolean {
  if ('code' in strategy) return false
  const { strategy: now, own } = strategy
  return [now, own].some(
    each => each !== undefined && (each.type !== 'rolling' || each.rollbackOn !== undefined),
  )
}
