import type { State, Traffic } from '../../deployment/state.ts'

/** What the new revision gets, while ECS moves traffic to it. */
export function trafficIn(state: State): Traffic | undefined {
  return 'traffic' in state ? state.traffic : undefined
}
