import type { World } from '../world.ts'
import { stopTask } from './task/stop-task.ts'
import { notice } from './wake-service.ts'

export type Interruption = 'SpotInterruption' | 'TerminationNotice' | 'InfrastructureHealth'

const reasons: Readonly<Record<Interruption, string>> = {
  SpotInterruption: 'Your Spot Task was interrupted.',
  TerminationNotice: 'Amazon ECS is performing maintenance on the underlying infrastructure hosting the task',
  InfrastructureHealth: 'The task was stopped because of an issue with the underlying infrastructure.',
}

/** Takes a task's machine away, as AWS now and then does; no fault of the application. */
export function interruptTask(
  world: World,
  { taskArn, stopCode }: { readonly taskArn: string; readonly stopCode: Interruption },
): void {
  const task = world.state.ecs.tasks[taskArn]
  if (task === undefined) throw new Error(`there is no task ${taskArn}`)
  const at = world.clock.now()
  stopTask(world, { task, at, stopCode, reason: reasons[stopCode] })
  if (task.serviceArn !== undefined) notice(world, { serviceArn: task.serviceArn, at })
}
