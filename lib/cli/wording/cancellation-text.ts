import type { Cancellation } from '../../deployment/state.ts'

/** Who or what ended a deployment that had not failed. */
export function cancellationText({ code, by, reason, successor }: Cancellation): string {
  const who = by === undefined ? '' : ` by ${by}`
  const why = reason === undefined ? '' : `: ${reason}`
  if (code === 'cancelled') return `cancelled${who}${why}`
  const over = successor === undefined ? 'a newer deployment' : successorName(successor)
  return `superseded by ${over}${who === '' ? '' : `,${who}`}${why}`
}

/** A deployment of tapit's by its id; another by ECS's. */
function successorName(successor: string): string {
  return successor.startsWith('arn:')
    ? `ECS service deployment ${successor.slice(successor.lastIndexOf('/') + 1)}`
    : successor
}
