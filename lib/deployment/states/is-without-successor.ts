import type { Observation, SeenServiceDeployment } from '../observation.ts'
import { hiddenFor } from './is-asked-for-lately.ts'

/** Whether nobody took over from a deployment that ECS stopped: only a search that answered tells, and not right after. */
export function isWithoutSuccessor(
  { finishedAt, readAt, statusSince = readAt }: SeenServiceDeployment,
  { at, successor, isSearched = false }: Observation,
): boolean {
  const stoppedFor = at - Math.min(finishedAt ?? statusSince, statusSince)
  return successor === undefined && isSearched && stoppedFor >= hiddenFor
}
