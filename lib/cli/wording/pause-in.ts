import type { Pause, State } from '../../deployment/state.ts'

/** What ECS waits for somebody to decide, if it does. */
export function pauseIn(state: State): Pause | undefined {
  return 'pause' in state ? state.pause : undefined
}
