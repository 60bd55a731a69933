import { stopProcesses } from '../../actions/processes/stop-process.ts'
import { exitCodes } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { leaseSecondsOf } from '../deploys/lease-seconds.ts'
import { reportDeployment } from '../deploys/report-deployment.ts'
import { required } from '../required.ts'
import { startWaiting } from '../waiting.ts'

export const stop: Handler = async (invocation, io) => {
  const leaseSeconds = leaseSecondsOf(io.env)
  const processes = listed(required(invocation, 'process'))
  const { reason } = invocation.keys
  const context = await openContext(invocation, io)
  const { app, environment, ports, observer } = context
  const waiting = startWaiting(invocation, io)
  try {
    const events = stopProcesses(
      {
        app,
        processes,
        ...(environment !== undefined && { environment }),
        ...(reason !== undefined && { reason }),
      },
      {
        ports,
        observer,
        leaseSeconds,
        wait: invocation.flags['wait'] === true,
        signal: waiting.signal,
      },
    )
    const end = await reportDeployment(events, { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}
