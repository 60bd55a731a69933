import type { DeployEvent, Warning } from '../../actions/events.ts'
import type { GroupApp } from '../../actions/groups/group-app.ts'
import type { AppEvent } from '../../actions/side-by-side.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { labelledDeployment } from './labelled-deployment.ts'
import type { Reporter } from './reporter.ts'

/** Apps begin one after the other: what they do is held back so long at most, in milliseconds, that all can be told as one. */
const longestDelay = 5_000

export type OverAppsOptions = {
  /** The names of all apps, in their order. */
  readonly labels: readonly string[]
  /** Of those that anything can be heard of. @default - all */
  readonly heard?: readonly string[]
}

type Ending = DeployEvent & { readonly is: 'ended' | 'left' | 'unknown' }
type Recorded = DeployEvent & { readonly is: 'recorded' }

/** Tells what happens in several apps as what happens in one: with the app's name before that of each process, and one beginning and one end. */
export function overApps(
  { report }: Pick<Reporter, 'report'>,
  { labels, heard = labels }: OverAppsOptions,
): { hear(event: AppEvent): void; end(): void } {
  const isAlone = labels.length === 1
  const expected = new Set(heard)
  const recorded: Recorded[] = []
  const held: DeployEvent[] = []
  const endings: Ending[] = []
  let isTold = false

  function beginTogether(): void {
    const [first] = recorded
    isTold ||= first !== undefined
    if (first !== undefined) report({ ...first, deployments: inOrder(recorded.splice(0)) })
    for (const event of held.splice(0)) report(event)
  }

  function hear(said: AppEvent): void {
    if (said.is === 'over') {
      expected.delete(said.app.label)
      if (expected.size === 0) beginTogether()
      return
    }
    const event = isAlone ? said.event : labelled(said.event, said.app)
    if (event.is === 'ended' || event.is === 'left' || event.is === 'unknown') {
      endings.push(event)
      return
    }
    if (event.is === 'recorded') {
      recorded.push(event)
      expected.delete(said.app.label)
    } else if (recorded.length > 0) {
      held.push(event)
    } else {
      report(event)
      return
    }
    const isLate = event.at - (recorded[0]?.at ?? event.at) > longestDelay
    if (isTold || isLate || expected.size === 0) beginTogether()
  }

  return {
    hear,
    end() {
      beginTogether()
      for (const kind of ['ended', 'left', 'unknown'] as const) {
        const those = endings.filter(({ is }) => is === kind)
        const [first] = those
        // One end of each kind: the first that was told says why.
        if (first !== undefined)
          report({ ...first, at: Math.max(...those.map(({ at }) => at)), deployments: inOrder(those) })
      }
    },
  }

  function inOrder(events: readonly (Recorded | Ending)[]): readonly Deployment[] {
    return events
      .flatMap(({ deployments }) => deployments)
      .toSorted((a, b) => labels.indexOf(a.app) - labels.indexOf(b.app))
  }
}

function labelled(event: DeployEvent, app: GroupApp): DeployEvent {
  const of = (deployment: Deployment): Deployment => labelledDeployment(deployment, app)
  switch (event.is) {
    case 'warned':
      return { ...event, warning: labelledWarning(event.warning, app) }
    case 'planned':
      return { ...event, plan: { ...event.plan, app: app.label } }
    case 'waiting_for_lease':
      return { ...event, process: `${app.label}/${event.process}` }
    case 'changed':
      return { ...event, before: of(event.before), deployment: of(event.deployment) }
    case 'recorded':
    case 'unknown':
    case 'left':
    case 'ended':
      return { ...event, deployments: event.deployments.map(of) }
    default:
      return 'deployment' in event ? { ...event, deployment: of(event.deployment) } : event
  }
}

function labelledWarning(warning: Warning, { label }: GroupApp): Warning {
  return 'process' in warning ? { ...warning, process: `${label}/${warning.process}` } : warning
}
