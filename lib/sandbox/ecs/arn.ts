import type { World } from '../world.ts'

/** The ARN of an ECS resource, such as `service/shop/worker`. */
export function arn({ account, region }: World, resource: string): string {
  return `arn:aws:ecs:${region}:${account}:${resource}`
}

/** What follows the last slash of an ARN, or the whole of a bare name. */
export function lastPart(arnOrName: string): string {
  return arnOrName.slice(arnOrName.lastIndexOf('/') + 1)
}
