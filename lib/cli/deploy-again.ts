import type { AgainRequest } from '../actions/deploy-again.ts'
import type { DeployEnd, DeployOptions } from '../actions/deploy.ts'
import type { DeployEvent } from '../actions/events.ts'
import { type ExitCode, exitCodes } from '../names/refusal.ts'
import { listed } from './argv/listed.ts'
import type { Invocation } from './command.ts'
import { openContext } from './context.ts'
import type { Io } from './io.ts'
import { leaseSecondsOf } from './lease-seconds.ts'
import { reportDeployment } from './report-deployment.ts'
import { required } from './required.ts'
import { startWaiting } from './waiting.ts'

type Again = (request: AgainRequest, options: DeployOptions) => AsyncGenerator<DeployEvent, DeployEnd, void>

/** What `start` and `restart` share: a deployment of what was there before. */
export async function deployAgain(again: Again, invocation: Invocation, io: Io): Promise<ExitCode> {
  const leaseSeconds = leaseSecondsOf(io.env)
  const processes = listed(required(invocation, 'process'))
  const { initiator, reason } = invocation.keys
  const context = await openContext(invocation, io)
  const { app, environment, ports, observer } = context
  const waiting = startWaiting(invocation, io)
  try {
    const request = {
      app,
      processes,
      ...(environment !== undefined && { environment }),
      ...(initiator !== undefined && { initiator }),
      ...(reason !== undefined && { reason }),
    }
    const events = again(request, {
      ports,
      observer,
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
