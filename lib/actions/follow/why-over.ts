import type { In } from '../../deployment/state.ts'

/** Why nobody waits any longer. */
export function whyOver({ reason }: AbortSignal): 'time_over' | 'interrupted' {
  return reason === 'time_over' ? 'time_over' : 'interrupted'
}

/** What was not asked of ECS yet, and is not asked any more, ends with its command; `meanwhile` is what that was at. */
export function endedWithItsCommand(signal: AbortSignal, meanwhile: string): In<'cancelled'> {
  const why =
    whyOver(signal) === 'time_over' ? 'the time given (--timeout) was over' : 'its command was interrupted'
  return {
    is: 'cancelled',
    reached: 'building',
    cancellation: { code: 'cancelled', reason: `${why} while ${meanwhile}` },
  }
}
