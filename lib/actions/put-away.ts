import type { DeployEvent } from './events.ts'

/** Nobody listens any further: what was begun is put away. */
export async function putAway<End>(events: AsyncIterator<DeployEvent, End, void>): Promise<void> {
  await events.return?.()
}
