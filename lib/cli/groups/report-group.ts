import type { EvidenceLines, Warning } from '../../actions/events.ts'
import type { GroupEnd } from '../../actions/groups/group-end.ts'
import type { GroupApp } from '../../actions/groups/group-app.ts'
import type { AppEvent } from '../../actions/side-by-side.ts'
import type { Observation } from '../../deployment/observation.ts'
import { exitCodes } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { printGroup } from './print-group.ts'
import { chooseReporter } from '../report/choose-reporter.ts'
import type { Ended, GithubReport } from '../report/github/github-report.ts'
import { labelledDeployment } from '../report/labelled-deployment.ts'
import { overApps } from '../report/over-apps.ts'
import { keepStepLogs, type StepLogs } from '../logs/step-logs.ts'

type ReportOptions = {
  readonly invocation: Invocation
  readonly io: Io
  /** Those that anything can be heard of. */
  readonly apps: readonly GroupApp[]
  /** The names of all of the group's apps. @default - those of `apps` */
  readonly labels?: readonly string[]
  /** Left to the command that made the deployments where this one only watches. @default true */
  readonly keepsStepLogs?: boolean
}

/** Tells what happens in all apps of a group while it happens, keeps the steps' logs in each, and prints the outcome. */
export async function reportGroup(
  events: AsyncGenerator<AppEvent, GroupEnd, void>,
  { invocation, io, apps, labels, keepsStepLogs = true }: ReportOptions,
): Promise<GroupEnd> {
  const github = await githubOf({ invocation, io, apps })
  const heard = apps.map(({ label }) => label)
  const all = labels ?? heard
  const reporter = chooseReporter(io, invocation.global, io.clock, { apps: all })
  const teller = overApps(reporter, { labels: all, heard })
  const stepLogs = new Map<GroupApp, StepLogs>()
  const seen = new Map<string, Observation>()
  const lines = new Map<string, EvidenceLines>()
  const warnings = new Map<string, Warning[]>()
  let recorded: Promise<void> | undefined
  try {
    const end = await each(events, hear)
    teller.end()
    reporter.end()
    // A job that is cancelled has seconds left: what needs no AWS comes first.
    await recorded
    await github?.ended({ ...asOne(end), evidenceLines: lines })
    await Promise.all([
      endStepLogs(),
      printGroup(end.apps, {
        invocation,
        io,
        exit: exitCodes[end.exit],
        isOnScreen: reporter.leavesScreen,
        seen,
        evidenceLines: lines,
        warnings,
      }),
    ])
    return end
  } finally {
    reporter.end()
    await endStepLogs()
    github?.close()
  }

  function hear(said: AppEvent): void {
    teller.hear(said)
    if (said.is === 'over') return
    const { app, event } = said
    if ('seen' in event && event.seen !== undefined) seen.set(event.deployment.id, event.seen)
    if (event.is === 'recorded') recorded ??= github?.recorded(event.group)
    if (event.is === 'logs') lines.set(event.deployment.id, event.lines)
    if (event.is === 'warned') warnings.set(app.label, [...(warnings.get(app.label) ?? []), event.warning])
    if (keepsStepLogs) stepLogsOf(app).keep(event)
  }

  function stepLogsOf(app: GroupApp): StepLogs {
    const kept = stepLogs.get(app) ?? keepStepLogs(app.ports)
    stepLogs.set(app, kept)
    return kept
  }

  async function endStepLogs(): Promise<void> {
    await Promise.all([...stepLogs.values()].map(kept => kept.end()))
  }
}

async function githubOf({
  invocation,
  io,
  apps: [first],
}: Pick<ReportOptions, 'invocation' | 'io' | 'apps'>): Promise<GithubReport | undefined> {
  if (io.env['GITHUB_ACTIONS'] !== 'true' || first === undefined) return undefined
  return (await import('../report/github/github-report.ts')).githubReport(invocation, io, first.ports)
}

/** The deployments of all apps, each called by the name of its app in the group. */
function asOne({ exit, apps }: GroupEnd): Omit<Ended, 'evidenceLines'> {
  const [group] = apps.flatMap(app => app.group ?? [])
  const deployments = apps.flatMap(app => app.deployments.map(each => labelledDeployment(each, app)))
  return { exit, deployments, ...(group && { group }) }
}

/** Hands on each event; answers what they end with. */
async function each(
  events: AsyncGenerator<AppEvent, GroupEnd, void>,
  hear: (event: AppEvent) => void,
): Promise<GroupEnd> {
  let end: GroupEnd | undefined
  async function* withoutEnd(): AsyncGenerator<AppEvent, void, void> {
    end = yield* events
  }
  for await (const event of withoutEnd()) hear(event)
  if (end === undefined) throw new Error('the events ended without an end')
  return end
}
