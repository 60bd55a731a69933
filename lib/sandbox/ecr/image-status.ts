import type { ecr } from '../wire/handlers.ts'
import type { ImageState } from './state.ts'

/** Only what is ACTIVE can be pulled. */
export function imageStatus(
  { archivedAt, activatedAt }: Pick<ImageState, 'archivedAt' | 'activatedAt'>,
  at: number,
): ecr.ImageStatus {
  if (archivedAt === undefined) return 'ACTIVE'
  if (activatedAt === undefined || activatedAt < archivedAt) return 'ARCHIVED'
  return activatedAt > at ? 'ACTIVATING' : 'ACTIVE'
}
