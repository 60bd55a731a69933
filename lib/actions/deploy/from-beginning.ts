import type { DeployEvent } from '../events.ts'
import type { Beginning } from './beginning-of.ts'
import type { DeployEnd } from './deploy-options.ts'

/** All of a deploy whose beginning was heard already: what was told until then, and what comes. */
export async function* fromBeginning(
  beginning: Beginning,
  events: AsyncGenerator<DeployEvent, DeployEnd, void>,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  yield* beginning.told
  return beginning.is === 'over' ? beginning.end : yield* events
}
