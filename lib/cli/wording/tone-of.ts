import type { State } from '../../deployment/state.ts'
import { pauseIn } from './pause-in.ts'

/** What a state means to who looks: colour, mark and place follow from it. `asking` goes on when somebody says so. */
export type Tone = 'active' | 'asking' | 'in_progress' | 'failed' | 'waiting' | 'cancelled'

export function toneOf(state: State): Tone {
  if (pauseIn(state) !== undefined) return 'asking'
  switch (state.is) {
    case 'live':
      return 'active'
    case 'starting':
    case 'checking':
    case 'shifting':
    case 'draining':
    case 'watching':
    case 'stopping':
      return 'in_progress'
    case 'rolling_back':
    case 'rolled_back':
    case 'failed':
      return 'failed'
    case 'preparing':
      return state.step === 'register' ? 'waiting' : 'in_progress'
    case 'awaiting_approval':
      return 'waiting'
    case 'denied':
    case 'cancelling':
    case 'cancelled':
    case 'stopped':
      return 'cancelled'
  }
}
