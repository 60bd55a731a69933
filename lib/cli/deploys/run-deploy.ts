import type { DeployOptions } from '../../actions/deploy/deploy-options.ts'
import type { DeployEvent } from '../../actions/events.ts'
import { type ExitCode, exitCodes } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { leaseSecondsOf } from './lease-seconds.ts'
import { type ReportedEnd, reportDeployment } from './report-deployment.ts'
import { startWaiting } from '../waiting.ts'

type Deploying = (context: Context, options: DeployOptions) => AsyncGenerator<DeployEvent, ReportedEnd, void>

/** What commands share that make deployments of one app: its flags, the time given, the report, the exit code. */
export async function runDeploy(invocation: Invocation, io: Io, begin: Deploying): Promise<ExitCode> {
  const leaseSeconds = leaseSecondsOf(io.env)
  const context = await openContext(invocation, io)
  const waiting = startWaiting(invocation, io)
  try {
    const events = begin(context, {
      ports: context.ports,
      observer: context.observer,
      leaseSeconds,
      dryRun: invocation.flags['dry-run'] === true,
      wait: invocation.flags['wait'] === true,
      patience: waiting.patience,
      signal: waiting.signal,
    })
    const end = await reportDeployment(events, { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}
