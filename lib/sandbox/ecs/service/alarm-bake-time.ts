import { alarmDelay } from '../../cloudwatch/alarm-delay.ts'
import type { World } from '../../world.ts'
import type { ServiceDeploymentRecord } from '../state.ts'

/** ECS derives a bake time from the settings of the alarms; AWS does not say how. Here: until each has judged the new tasks. */
export function alarmBakeTime(
  world: World,
  { alarmNames }: Pick<ServiceDeploymentRecord, 'alarmNames'>,
): number {
  if (alarmNames.length === 0) return 0
  return Math.max(6 * world.timings.schedulerRound, ...alarmNames.map(name => alarmDelay(world, name)))
}
