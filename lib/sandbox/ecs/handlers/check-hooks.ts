import type { ecs } from '../../wire/handlers.ts'
import { invalid } from './invalid.ts'

const mostOfAKind = 10

/**
 * What a service's hooks must be like. Whether AWS honours any in a rolling update is not known, so none are accepted there.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html
 */
export function checkHooks({ strategy = 'ROLLING', lifecycleHooks = [] }: ecs.DeploymentConfiguration): void {
  if (lifecycleHooks.length > 0 && strategy === 'ROLLING') {
    invalid('Lifecycle hooks with the strategy ROLLING are not supported in the tapit sandbox.')
  }
  for (const kind of ['AWS_LAMBDA', 'PAUSE'] as const) {
    const hooks = lifecycleHooks.filter(({ targetType = 'AWS_LAMBDA' }) => targetType === kind)
    if (hooks.length > mostOfAKind) invalid(`At most ${mostOfAKind} ${kind} lifecycle hooks are allowed.`)
  }
  for (const hook of lifecycleHooks) checkHook(hook)
}

function checkHook({
  targetType = 'AWS_LAMBDA',
  hookTargetArn,
  roleArn,
  lifecycleStages = [],
  timeoutConfiguration,
}: ecs.DeploymentLifecycleHook): void {
  if (lifecycleStages.length === 0) invalid('lifecycleStages is required for lifecycle hooks.')
  const { timeoutInMinutes = 1440 } = timeoutConfiguration ?? {}
  if (timeoutInMinutes < 1 || timeoutInMinutes > 20_160) {
    invalid('timeoutInMinutes must be between 1 and 20160.')
  }
  if (targetType === 'AWS_LAMBDA') {
    if (hookTargetArn === undefined) invalid('hookTargetArn is required for AWS_LAMBDA lifecycle hooks.')
    if (roleArn === undefined) invalid('roleArn is required for AWS_LAMBDA lifecycle hooks.')
    if (!/^arn:[^:]*:lambda:[^:]*:[^:]*:function:./.test(hookTargetArn)) {
      invalid(`Invalid hookTargetArn: ${hookTargetArn}`)
    }
    return
  }
  if (hookTargetArn !== undefined || roleArn !== undefined) {
    invalid('hookTargetArn and roleArn are not applicable for PAUSE lifecycle hooks.')
  }
  if (lifecycleStages.some(it => it === 'TEST_TRAFFIC_SHIFT' || it === 'PRODUCTION_TRAFFIC_SHIFT')) {
    invalid('PAUSE lifecycle hooks are not allowed at TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT.')
  }
}
