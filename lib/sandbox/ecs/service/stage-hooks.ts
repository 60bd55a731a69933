import type { World } from '../../world.ts'
import { hookAnswerOf } from '../hook-answer.ts'
import { identifiers } from '../identifiers.ts'
import type { HookRecord, LifecycleStage, ServiceDeploymentRecord } from '../state.ts'

type StageOptions = {
  readonly deployment: ServiceDeploymentRecord
  readonly stage: LifecycleStage
  readonly at: number
}

/** All hooks of a stage at once: each PAUSE begins to wait, each Lambda function is called. */
export function callHooks(world: World, { deployment, stage, at }: StageOptions): void {
  const { lifecycleHooks = [] } = deployment.deploymentConfiguration
  const called = lifecycleHooks
    .filter(({ lifecycleStages = [] }) => lifecycleStages.some(it => it === stage))
    .map(({ targetType = 'AWS_LAMBDA', hookTargetArn, timeoutConfiguration }): HookRecord => {
      const { timeoutInMinutes = 1440, action = 'ROLLBACK' } = timeoutConfiguration ?? {}
      const common = {
        stage,
        step: deployment.trafficStep,
        expiresAt: at + timeoutInMinutes * world.timings.minute,
        timeoutAction: action,
      }
      const id = identifiers.uuid(world.state.ecs)
      if (targetType === 'PAUSE') return { id: `ecs-pause-${id}`, ...common, status: 'AWAITING_ACTION' }
      const answersAt = at + Math.max(1, world.timings.schedulerRound)
      return { id: `ecs-lambda-${id}`, ...common, targetArn: hookTargetArn, answersAt, status: 'IN_PROGRESS' }
    })
  deployment.hooks = [...deployment.hooks, ...called]
}

/** Takes the answers that are due, and notes whose time is over. */
export function pollHooks(
  world: World,
  { deployment, at }: { readonly deployment: ServiceDeploymentRecord; readonly at: number },
): void {
  deployment.hooks = deployment.hooks.map(hook => {
    const answered =
      hook.status === 'IN_PROGRESS' && at >= (hook.answersAt ?? 0) ? asked(world, { hook, at }) : hook
    return isWaiting(answered) && at >= hook.expiresAt ? { ...answered, status: 'TIMED_OUT' } : answered
  })
}

/** ECS asks again after 30 seconds, unless the function says otherwise; the sandbox's functions never do. */
function asked(world: World, { hook, at }: { readonly hook: HookRecord; readonly at: number }): HookRecord {
  const { stage, targetArn = '' } = hook
  switch (hookAnswerOf(world, { targetArn, stage })) {
    case 'succeeded':
      return { ...hook, status: 'SUCCEEDED' }
    case 'in_progress':
      return { ...hook, answersAt: at + Math.max(1, world.timings.minute / 2) }
    case 'failed':
      return {
        ...hook,
        status: 'FAILED',
        failure: `Lifecycle hook target ${targetArn} returned FAILED status.`,
      }
    case 'error':
      return {
        ...hook,
        status: 'FAILED',
        failure: `ECS was unable to parse the response from ${targetArn} due to: HookStatus must not be null.`,
      }
  }
}

/** The hooks of the stage, and of the step of the traffic, that a deployment is in. */
export function currentHooks({
  hooks,
  lifecycleStage,
  trafficStep,
}: ServiceDeploymentRecord): readonly HookRecord[] {
  return hooks.filter(({ stage, step }) => stage === lifecycleStage && step === trafficStep)
}

export function isWaiting({ status }: HookRecord): boolean {
  return status === 'AWAITING_ACTION' || status === 'IN_PROGRESS'
}

export function isFailed({ status, timeoutAction }: HookRecord): boolean {
  return status === 'FAILED' || (status === 'TIMED_OUT' && timeoutAction === 'ROLLBACK')
}

/** When the scheduler must look at it again. */
export function nextLookAt({ answersAt, expiresAt }: HookRecord): number {
  return Math.min(answersAt ?? Infinity, expiresAt)
}
