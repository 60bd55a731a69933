import type { Deployment } from '../../deployment/deployment.ts'
import { Refusal } from '../../names/refusal.ts'
import type { DeployEvent } from '../events.ts'
import { exitOfAll } from '../exit-of-all.ts'
import { exitOfRefusal } from '../exit-of-refusal.ts'
import { type AppEvent, type SideEnd, sideBySide } from '../side-by-side.ts'
import type { RollbackEnd } from './roll-back.ts'

type Events = AsyncGenerator<DeployEvent, RollbackEnd, void>

type Ending = DeployEvent & { readonly is: 'ended' | 'left' | 'unknown' }

/** A deploy, and what ECS was asked to stop beside it: both go on at once, and end as one. */
export async function* both(deploying: Events, stopping: Events): Events {
  const all = sideBySide<string, RollbackEnd>([
    { app: 'deploying', events: deploying },
    { app: 'stopping', events: stopping },
  ])
  let ends: readonly SideEnd<string, RollbackEnd>[] = []
  async function* heard(): AsyncGenerator<AppEvent<string>, void, void> {
    ends = yield* all
  }
  const endings: Ending[] = []
  for await (const said of heard()) {
    if (said.is === 'over') continue
    if (isEnding(said.event)) endings.push(said.event)
    else yield said.event
  }
  const known = ends.flatMap(each => (each.is === 'ended' ? [each.end] : []))
  const deployments = known.flatMap(end => end.deployments)
  yield* asOne(endings, deployments)
  const [broken] = ends.flatMap(each => (each.is === 'broke' ? [each.error] : []))
  if (broken !== undefined) throw afterChanges(broken)
  return { ...known[0], deployments, exit: exitOfAll(known.map(({ exit }) => exit)) }
}

function isEnding(event: DeployEvent): event is Ending {
  return event.is === 'ended' || event.is === 'left' || event.is === 'unknown'
}

/** One end of each kind, of both: what is left or unknown is named, and where all has ended it is all of them. */
function asOne(endings: readonly Ending[], all: readonly Deployment[]): readonly DeployEvent[] {
  return (['ended', 'left', 'unknown'] as const).flatMap(kind => {
    const those = endings.filter(({ is }) => is === kind)
    const [first] = those
    if (first === undefined || (kind === 'ended' && those.length < endings.length)) return []
    const at = Math.max(...those.map(each => each.at))
    const deployments = kind === 'ended' ? all : those.flatMap(each => each.deployments)
    return [{ ...first, at, deployments }]
  })
}

/** ECS was asked to go back with the others all the same: it is not true that nothing has changed. */
function afterChanges(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  const { code, message, advice } = error
  const exit = exitOfRefusal(error)
  return new Refusal({
    code,
    message: `${message} What was in progress beside it goes back all the same.`,
    exit: exit === 'refused' || exit === 'usage' ? 'failed' : exit,
    cause: error,
    ...(advice !== undefined && { advice }),
  })
}
