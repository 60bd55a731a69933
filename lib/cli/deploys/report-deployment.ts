import type { DeployEvent, EvidenceLines, Warning } from '../../actions/events.ts'
import type { Observation } from '../../deployment/observation.ts'
import type { Plan } from '../../actions/plan/plan.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { type ExitName, exitCodes } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Invocation } from '../command.ts'
import type { Context } from '../context.ts'
import type { Io } from '../io.ts'
import { preparePrinting, printDeployments } from './print-deployments.ts'
import { printResult } from '../print-result.ts'
import { chooseReporter } from '../report/choose-reporter.ts'
import type { GithubReport } from '../report/github/github-report.ts'
import { keepStepLogs } from '../logs/step-logs.ts'

/** How it ended: with a group of deployments, or with a plan alone. */
export type ReportedEnd = {
  readonly exit: ExitName
  readonly plan?: Plan
  readonly group?: Group
  readonly deployments: readonly Deployment[]
}

type ReportOptions = {
  readonly invocation: Invocation
  readonly io: Io
  readonly context: Context
  /** Left to the command that made the deployments where this one only watches. @default true */
  readonly keepsStepLogs?: boolean
}

/** Tells what happens while it happens, keeps the steps' logs, and prints the outcome. */
export async function reportDeployment<Ending extends ReportedEnd>(
  events: AsyncGenerator<DeployEvent, Ending, void>,
  { invocation, io, context, keepsStepLogs = true }: ReportOptions,
): Promise<Ending> {
  const github = await githubOf({ invocation, io, context })
  const reporter = chooseReporter(io, invocation.global, io.clock)
  const stepLogs = keepStepLogs(context.ports)
  const seen = new Map<string, Observation>()
  const lines = new Map<string, EvidenceLines>()
  const warnings: Warning[] = []
  try {
    const ending = await each(events, async event => {
      if ('seen' in event && event.seen !== undefined) seen.set(event.deployment.id, event.seen)
      // While ECS is at work there is time: the end should be told at once.
      if (event.is === 'recorded')
        await Promise.all([preparePrinting(invocation), github?.recorded(event.group)])
      if (event.is === 'warned') warnings.push(event.warning)
      if (event.is === 'logs') lines.set(event.deployment.id, event.lines)
      reporter.report(event)
      if (keepsStepLogs) stepLogs.keep(event)
    })
    reporter.end()
    // A job that is cancelled has seconds left: what needs no AWS comes first.
    await github?.ended({ ...ending, evidenceLines: lines })
    await Promise.all([stepLogs.end(), conclude(ending)])
    return ending
  } finally {
    reporter.end()
    await stepLogs.end()
    github?.close()
  }

  async function conclude({ plan, group, deployments, exit }: ReportedEnd): Promise<void> {
    if (group === undefined) return plan === undefined ? undefined : printPlan(plan)
    const isOnScreen = reporter.leavesScreen
    await printDeployments(
      { group, deployments, exit: exitCodes[exit], seen, evidenceLines: lines },
      { invocation, io, ports: context.ports, isOnScreen },
    )
  }

  async function printPlan(plan: Plan): Promise<void> {
    await printResult(
      { invocation, io },
      {
        document: async () => (await import('../report/json.ts')).planDocument(plan, { warnings }),
        text: async view => (await import('../report/plan.ts')).showPlan(plan, view, { warnings }),
      },
    )
  }
}

async function githubOf({ invocation, io, context }: ReportOptions): Promise<GithubReport | undefined> {
  if (io.env['GITHUB_ACTIONS'] !== 'true') return undefined
  return (await import('../report/github/github-report.ts')).githubReport(invocation, io, context.ports)
}

/** Hands on each event; answers what they end with. Where that fails they are told to end, so that no build goes on. */
async function each<Event, Ending extends object>(
  events: AsyncGenerator<Event, Ending, void>,
  hear: (event: Event) => Promise<void>,
): Promise<Ending> {
  let ending: Ending | undefined
  async function* withoutEnd(): AsyncGenerator<Event, void, void> {
    ending = yield* events
  }
  for await (const event of withoutEnd()) await hear(event)
  if (ending === undefined) throw new Error('the events ended without an end')
  return ending
}
