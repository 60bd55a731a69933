import { tagKeys } from '../../names/aws.ts'
import type { GatheredProcess } from './gather.ts'
import type { RefusedProcess } from './plan.ts'

/** Why the service of a process cannot be deployed by tapit at all. */
export function unfitService({ process, service }: GatheredProcess): RefusedProcess | undefined {
  const refuse = (code: string, reason: string, advice: string): RefusedProcess => ({
    is: 'refused',
    process,
    code,
    reason,
    advice,
  })
  if (service.controller !== 'ECS') {
    return refuse(
      'wrong_controller',
      `its service is deployed by ${service.controller}, not by ECS itself.`,
      'aws ecs update-service --deployment-controller type=ECS moves it over; then deploy again.',
    )
  }
  if (service.scheduling !== 'REPLICA') {
    return refuse(
      'daemon_service',
      `its service is a ${service.scheduling}: Fargate and tapit know only REPLICA services.`,
      `Leave it out with the tag ${tagKeys.ignore}=true.`,
    )
  }
  for (const key of [tagKeys.readinessTimeout, tagKeys.stayRunning, tagKeys.count]) {
    const value = service.tags[key]
    if (value !== undefined && !/^\d{1,9}$/.test(value)) {
      return refuse('bad_tag', `its service's tag ${key} is "${value}".`, 'It takes a whole number.')
    }
  }
  return undefined
}
