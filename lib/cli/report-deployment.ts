import type { DeployEvent, EvidenceLines } from '../actions/events.ts'
import type { Observation } from '../deployment/observation.ts'
import type { Plan } from '../actions/plan.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { type ExitName, exitCodes } from '../names/refusal.ts'
import type { Group } from '../records/group.ts'
import type { Invocation } from './command.ts'
import type { Context } from './context.ts'
import type { Io } from './io.ts'
import { preparePrinting, printDeployments } from './print-deployments.ts'
import { printResult } from './print-result.ts'
import { chooseReporter } from './report/choose-reporter.ts'
import { keepStepLogs } from './step-logs.ts'

/** How it ended: with a group of deployments, or with a plan alone. */
type End = {
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
export async function reportDeployment<Ending extends End>(
  events: AsyncGenerator<DeployEvent, Ending, void>,
  { invocation, io, context, keepsStepLogs = true }: ReportOptions,
): Promise<Ending> {
  const reporter = chooseReporter(io, invocation.global, io.clock)
  const stepLogs = keepStepLogs(context.ports)
  const seen = new Map<string, Observation>()
  const lines = new Map<string, EvidenceLines>()
  try {
    while (true) {
      const { done, value } = await events.next()
      if (done) {
        reporter.end()
        await Promise.all([stepLogs.end(), conclude(value)])
        return value
      }
      if ('seen' in value && value.seen !== undefined) seen.set(value.deployment.id, value.seen)
      // While ECS is at work there is time: the end should be told at once.
      if (value.is === 'recorded') await preparePrinting(invocation)
      if (value.is === 'logs') lines.set(value.deployment.id, value.lines)
      reporter.report(value)
      if (keepsStepLogs) stepLogs.keep(value)
    }
  } finally {
    reporter.end()
    await stepLogs.end()
  }

  async function conclude({ plan, group, deployments, exit }: End): Promise<void> {
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
        document: async () => (await import('./report/json.ts')).planDocument(plan),
        text: async view => (await import('./report/plan.ts')).showPlan(plan, view),
      },
    )
  }
}
