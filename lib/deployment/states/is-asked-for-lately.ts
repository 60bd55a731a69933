import type { Deployment } from '../deployment.ts'
import type { Observation } from '../observation.ts'

/** ECS does not show everything at once that it was asked for: usually within a second or two. In milliseconds. */
export const hiddenFor = 20_000

/** Whether the present state was entered so lately that ECS's lists may not show yet what was asked for then. */
export function isAskedForLately({ timeline, createdAt }: Deployment, { at }: Observation): boolean {
  return at - (timeline.at(-1)?.at ?? createdAt) < hiddenFor
}
