import { isInUse, targetGroupsOf } from '../../elbv2/target-health.ts'
import type { ecs } from '../../wire/handlers.ts'
import type { World } from '../../world.ts'
import { checkHooks } from './check-hooks.ts'
import { checkPace } from './check-pace.ts'
import { invalid } from './invalid.ts'
import { findTaskDefinition, runnableTaskDefinition } from '../lookup.ts'
import type { ServiceRecord } from '../state.ts'

type Input = Partial<ecs.CreateServiceRequest> & Partial<ecs.UpdateServiceRequest>

/** What CreateService and UpdateService refuse; `service` is the one to update. */
export function checkService(world: World, input: Input, service?: ServiceRecord): void {
  checkController(input, service)
  const { desiredCount = 0, deploymentConfiguration: configuration = {} } = input
  if (desiredCount < 0) invalid('desired count cannot be negative.')
  if (input.deploymentConfiguration !== undefined) {
    checkHooks({ ...service?.deploymentConfiguration, ...configuration })
    checkPace(configuration)
  }
  const controller = input.deploymentController?.type ?? service?.deploymentController ?? 'ECS'
  if (service === undefined && input.taskDefinition === undefined && controller === 'ECS') {
    invalid('Task Definition can not be blank.')
  }
  if (input.taskDefinition !== undefined) runnableTaskDefinition(world, input.taskDefinition)
  const strategy = input.schedulingStrategy ?? 'REPLICA'
  if (strategy === 'DAEMON' && input.launchType === 'FARGATE') {
    invalid('The daemon scheduling strategy is not supported for launch type FARGATE.')
  }
  checkPercents(configuration, service)
  checkLoadBalancers(world, { input, service })
  checkTrafficShift(world, { input, service })
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
function checkController(input: Input, service?: ServiceRecord): void {
  if (service === undefined || service.deploymentController === 'ECS') return
  const migrates = input.deploymentController?.type === 'ECS'
  if (migrates) return
  if (service.deploymentController === 'CODE_DEPLOY' && input.taskDefinition !== undefined) {
    invalid(
      'Unable to update task definition on services with a CODE_DEPLOY deployment controller. ' +
        'Use AWS CodeDeploy to trigger a new deployment.',
    )
  }
  if (service.deploymentController === 'EXTERNAL' && input.taskDefinition !== undefined) {
    invalid('Unable to update task definition on services with an EXTERNAL deployment controller.')
  }
  if (input.forceNewDeployment === true) {
    invalid(
      `Cannot force a new deployment on services with a ${service.deploymentController} deployment controller.`,
    )
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html */
function checkTrafficShift(
  world: World,
  { input, service }: { readonly input: Input; readonly service?: ServiceRecord },
): void {
  const { strategy = 'ROLLING' } = { ...service?.deploymentConfiguration, ...input.deploymentConfiguration }
  if (strategy === 'ROLLING') return
  for (const { targetGroupArn, advancedConfiguration: pair } of input.loadBalancers ??
    service?.settings.loadBalancers ??
    []) {
    if (pair?.alternateTargetGroupArn === undefined || pair.productionListenerRule === undefined) {
      invalid(
        'advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy.',
      )
    }
    if (pair.productionListenerRule === pair.testListenerRule) {
      invalid('productionListenerRule and testListenerRule must be different.')
    }
    const rules = [pair.productionListenerRule, pair.testListenerRule].filter(it => it !== undefined)
    const actions = rules.flatMap(
      arn => world.state.elbv2.rules[arn]?.actions ?? invalid('One or more rules not found'),
    )
    const groups = actions.flatMap(targetGroupsOf)
    for (const arn of [targetGroupArn, pair.alternateTargetGroupArn]) {
      if (arn !== undefined && groups.includes(arn)) continue
      invalid(`The target group ${arn} is not associated with the production or the test listener rule.`)
    }
  }
}

function checkPercents(configuration: ecs.DeploymentConfiguration, service?: ServiceRecord): void {
  const { minimumHealthyPercent: least = 100, maximumPercent: most = 200 } = {
    ...service?.deploymentConfiguration,
    ...configuration,
  }
  if (least < 0) invalid('minimumHealthyPercent must be greater than or equal to 0')
  if (most < least || most < 1) invalid('maximumPercent must be greater than minimumHealthyPercent')
  const { thresholdConfiguration: threshold } = configuration.deploymentCircuitBreaker ?? {}
  if (threshold === undefined) return
  const { type, value = 0 } = threshold
  if (value < 1 || (type !== 'COUNT' && value > 100)) {
    invalid('The value of the circuit breaker threshold is out of its range.')
  }
}

function checkLoadBalancers(
  world: World,
  { input, service }: { readonly input: Input; readonly service?: ServiceRecord },
): void {
  const loadBalancers = input.loadBalancers ?? []
  const name = input.taskDefinition ?? service?.settings.taskDefinition
  const containers =
    name === undefined ? [] : (findTaskDefinition(world, name)?.definition.containerDefinitions ?? [])
  for (const { targetGroupArn, containerName, containerPort } of loadBalancers) {
    if (targetGroupArn === undefined) continue
    if (world.state.elbv2.targetGroups[targetGroupArn] === undefined) {
      invalid(`The target group ${targetGroupArn} does not exist.`)
    }
    if (!isInUse(world.state.elbv2, targetGroupArn)) {
      invalid(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      )
    }
    const container = containers.find(it => it.name === containerName)
    if (container === undefined) {
      invalid(`The container ${containerName} does not exist in the task definition.`)
    }
    if (!container.portMappings?.some(it => it.containerPort === containerPort)) {
      invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`)
    }
  }
}
