import { executeApproved } from '../../actions/approvals/execute-approved.ts'
import { exitCodes } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { leaseSecondsOf } from '../lease-seconds.ts'
import { neededId } from '../needed-id.ts'
import { reportDeployment } from '../report-deployment.ts'
import { startWaiting } from '../waiting.ts'

export const executeDeploy: Handler = async (invocation, io) => {
  const leaseSeconds = leaseSecondsOf(io.env)
  const id = neededId(invocation)
  const context = await openContext(invocation, io)
  const { app, environment, cluster, ports, observer } = context
  const waiting = startWaiting(invocation, io)
  try {
    const events = executeApproved(
      { app, cluster, id, ...(environment !== undefined && { environment }) },
      {
        ports,
        observer,
        leaseSeconds,
        dryRun: false,
        wait: invocation.flags['wait'] === true,
        patience: waiting.patience,
        signal: waiting.signal,
      },
    )
    const end = await reportDeployment(events, { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}
