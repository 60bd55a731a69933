import type { SeenServiceDeployment } from '../observation.ts'
import type { Pause } from '../state.ts'

/** What ECS waits for a person to decide, if it does. Of several hooks of one stage, the first: each one needs its own decision. */
export function pauseOf({
  hooks,
  lifecycleStage: stage = '',
}: Pick<SeenServiceDeployment, 'hooks' | 'lifecycleStage'>): Pause | undefined {
  const waiting = hooks.find(({ id, status }) => id !== undefined && status === 'AWAITING_ACTION')
  if (waiting?.id === undefined) return undefined
  const { id: hookId, expiresAt, timeoutAction } = waiting
  return {
    hookId,
    stage,
    ...(expiresAt !== undefined && { until: expiresAt }),
    ...(timeoutAction !== undefined && {
      onTimeout: timeoutAction === 'CONTINUE' ? 'continue' : 'rollback',
    }),
  }
}
