import { Refusal } from '../../names/refusal.ts'
import { type Beginning, beginningOf } from '../deploy/beginning-of.ts'
import { deploy } from '../deploy/deploy.ts'
import type { DeployEnd, DeployOptions } from '../deploy/deploy-options.ts'
import { fromBeginning } from '../deploy/from-beginning.ts'
import type { DeployEvent } from '../events.ts'
import type { Plan } from '../plan/plan.ts'
import type { DeployRequest } from '../plan/request.ts'
import { putAway } from '../put-away.ts'
import type { AppOutcome } from './app-outcome.ts'
import { exitOfAll } from '../exit-of-all.ts'
import type { GroupApp } from './group-app.ts'
import { type GroupEnd, groupEnd } from './group-end.ts'
import { refusalOf } from './refusal-of.ts'
import { refuseDeploys } from './refuse-deploys.ts'
import { drawGroup } from './shared-group.ts'
import { type AppEvent, sideBySide } from '../side-by-side.ts'

/** What is to be deployed to one app of a group. */
export type AppDeploy = {
  readonly app: GroupApp
  readonly request: DeployRequest
}

export type GroupDeployOptions = Omit<DeployOptions, 'ports' | 'observer' | 'group' | 'build'> & {
  /** The command that leaves some apps out; absent where none would be left. */
  readonly without: (refused: readonly GroupApp[]) => string | undefined
}

/**
 * Deploys to several apps at once. All of them are planned first, and where one cannot work nothing starts anywhere; from then on each
 * is on its own.
 */
export async function* deployGroup(
  deploys: readonly AppDeploy[],
  { without, ...options }: GroupDeployOptions,
): AsyncGenerator<AppEvent, GroupEnd, void> {
  const [first] = deploys
  if (first === undefined) throw new Error('a group is of one app at least')
  const group = drawGroup(first.app.ports)
  const begun = await Promise.all(
    deploys.map(async ({ app, request }) => {
      const { ports, observer, place } = app
      const events = deploy(request, { ...options, ports, observer, group: group.shareOf(place) })
      return { app, events, beginning: await beginningOrRefusal(events) }
    }),
  )
  const refused = begun.flatMap(({ app, beginning }) =>
    beginning.is === 'refused' ? [{ app, label: app.label, error: beginning.error }] : [],
  )
  if (refused.length > 0) {
    await Promise.allSettled(begun.map(({ events }) => putAway(events)))
    throw refuseDeploys(refused, {
      isAmongOthers: deploys.length > 1,
      without: without(refused.map(({ app }) => app)),
    })
  }
  if (!options.dryRun && begun.some(({ beginning }) => beginning.is === 'over'))
    return yield* stoppedByPolicies(begun, without)
  for (const { app, beginning } of begun)
    if (beginning.is === 'planned') group.add(app.place, processesOf(beginning.plan))
  const ends = yield* sideBySide(
    begun.map(({ app, events, beginning }) => ({ app, events: unlessRefused(beginning, events) })),
  )
  return groupEnd(ends)
}

type Begun = {
  readonly app: GroupApp
  readonly events: AsyncGenerator<DeployEvent, DeployEnd, void>
  readonly beginning: Beginning | { readonly is: 'refused'; readonly error: Refusal }
}

/** Policies of some apps deny it: that is recorded there, and nothing is deployed to the others either. */
async function* stoppedByPolicies(
  begun: readonly Begun[],
  without: GroupDeployOptions['without'],
): AsyncGenerator<AppEvent, GroupEnd, void> {
  const denied = begun.filter(({ beginning }) => beginning.is === 'over')
  const command = without(denied.map(({ app }) => app))
  const error = new Refusal({
    code: 'not_started',
    message: `nothing was deployed to it, since ${denied.map(({ app }) => app.label).join(', ')} may not be deployed to.`,
    ...(command !== undefined && { advice: command }),
  })
  const apps: AppOutcome[] = []
  for (const { app, events, beginning } of begun) {
    const about = { app, label: app.label, place: app.place }
    if (beginning.is === 'over') {
      for (const event of beginning.told) yield { is: 'event', app, event }
      apps.push({ ...about, ...beginning.end })
    } else {
      await putAway(events)
      apps.push({ ...about, error, exit: 'refused', deployments: [] })
    }
    yield { is: 'over', app }
  }
  const exits = apps.flatMap(each => (each.error === undefined ? [each.exit] : []))
  return { apps, exit: exitOfAll(exits) }
}

async function beginningOrRefusal(events: Begun['events']): Promise<Begun['beginning']> {
  try {
    return await beginningOf(events)
  } catch (error) {
    return { is: 'refused', error: refusalOf(error) }
  }
}

async function* unlessRefused(
  beginning: Begun['beginning'],
  events: AsyncGenerator<DeployEvent, DeployEnd, void>,
): AsyncGenerator<DeployEvent, DeployEnd, void> {
  if (beginning.is === 'refused') throw beginning.error
  return yield* fromBeginning(beginning, events)
}

function processesOf({ processes }: Plan): readonly string[] {
  return processes.filter(({ is }) => is === 'planned').map(({ process }) => process)
}
