import type { Progressing, ReachedStage, State } from './state.ts'

/** The stage that a state stands for while the deployment is on its way. */
export function reachedStage(state: Progressing | Extract<State, { is: 'watching' }>): ReachedStage {
  switch (state.is) {
    case 'starting':
      return 'starting_candidate'
    case 'checking':
      return 'checking_readiness'
    case 'shifting':
      return 'switching_route'
    case 'draining':
    case 'watching':
      return 'draining_previous'
  }
}
