import type { PreparingStep, State } from '../../deployment/state.ts'
import { pauseIn } from './pause-in.ts'

/** Where a deployment stands, in a word or two. */
export function stageWords(state: State): string {
  if (pauseIn(state) !== undefined) return 'waiting'
  switch (state.is) {
    case 'awaiting_approval':
      return 'waiting for approval'
    case 'preparing':
      return preparing[state.step]
    case 'starting':
      return 'starting candidate'
    case 'checking':
      return 'checking readiness'
    case 'shifting':
      return 'switching route'
    case 'draining':
      return 'draining previous'
    case 'watching':
      return 'watching it run'
    case 'live':
      return 'active'
    case 'rolling_back':
      return 'rolling back'
    case 'rolled_back':
      return 'rolled back'
    case 'cancelled':
      return state.cancellation.code === 'superseded' ? 'superseded' : 'cancelled'
    case 'denied':
    case 'cancelling':
    case 'failed':
    case 'stopping':
    case 'stopped':
      return state.is
  }
}

const preparing: Readonly<Record<PreparingStep, string>> = {
  clone: 'cloning',
  analyze: 'analyzing',
  build: 'building',
  register: 'preparing',
}
