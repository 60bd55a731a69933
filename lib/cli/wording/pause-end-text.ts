import type { Pause } from '../../deployment/state.ts'

/** What ends a pause that nobody ends: `rolls back by itself in 59 min`, with `when` in the words of the place; empty where it is not known. */
export function pauseEndText(
  { until, onTimeout }: Pick<Pause, 'until' | 'onTimeout'>,
  when: (until: number) => string,
): string {
  return until === undefined ? '' : `${ends(onTimeout)} by itself ${when(until)}`
}

function ends(onTimeout: Pause['onTimeout']): string {
  switch (onTimeout) {
    case 'continue':
      return 'goes on'
    case 'rollback':
      return 'rolls back'
    case undefined:
      return 'ends'
  }
}
