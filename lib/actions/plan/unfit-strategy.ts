import type { GatheredProcess } from './gather.ts'
import type { RefusedProcess } from './plan.ts'
import type { DeployRequest } from './request.ts'

/** Why a process cannot be deployed by its strategy, as far as can be seen before ECS tries. */
export function unfitStrategy(each: GatheredProcess, request: DeployRequest): RefusedProcess | undefined {
  const { process, strategy } = each
  if ('code' in strategy) return { is: 'refused', process, ...strategy }
  return unfitWiring(each, request) ?? missingAlarms(each)
}

/** Whether ECS can move the traffic of this service between two target groups, as far as can be seen before it tries. */
function unfitWiring(
  { process, service, strategy, traffic }: GatheredProcess,
  { supersede }: DeployRequest,
): RefusedProcess | undefined {
  if ('code' in strategy || strategy.strategy === undefined || strategy.strategy.type === 'rolling')
    return undefined
  const { name, type } = strategy.strategy
  const refuse = (reason: string, advice: string): RefusedProcess => ({
    is: 'refused',
    process,
    code: 'cannot_move_traffic',
    reason,
    advice,
  })
  const incomplete = service.wiring.find(
    each => each.alternate === undefined || each.productionRule === undefined || each.role === undefined,
  )
  if (incomplete !== undefined || service.classicLoadBalancer !== undefined)
    return refuse(
      `the strategy ${name} is ${type}, which needs two target groups, a listener rule and a role to move traffic; its service has one target group.`,
      'Say strategy=rolling, or give the process one rule (tapit.yml) and run cdk deploy.',
    )
  if (traffic.some(({ isRuleGone }) => isRuleGone))
    return refuse(
      'the listener rule of its production traffic is gone.',
      'Deploy the infrastructure again (cdk deploy).',
    )
  if (supersede === undefined && traffic.some(({ isSplit }) => isSplit))
    return refuse(
      'its production traffic is split between both target groups, and ECS starts from one alone.',
      `tapit doctor scope=infra shows the weights; strategy=rolling deploys without moving traffic.`,
    )
  return undefined
}

/** ECS takes the names of alarms without a look, and then nothing guards the deployment. */
function missingAlarms({ process, strategy, alarmsMissing }: GatheredProcess): RefusedProcess | undefined {
  if ('code' in strategy || strategy.strategy === undefined || alarmsMissing.length === 0) return undefined
  return {
    is: 'refused',
    process,
    code: 'alarms_missing',
    reason: `the strategy ${strategy.strategy.name} rolls back on alarms that do not exist here: ${alarmsMissing.join(', ')}.`,
    advice:
      'cdk deploy makes them for the processes among the targets of the strategy; strategy=rolling deploys without.',
  }
}
