import { exitCodes } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { cancelDeployments } from '../../actions/cancel-deployments.ts'
import { reportDeployment } from '../report-deployment.ts'
import { startWaiting } from '../waiting.ts'

export const cancelDeploy: Handler = async (invocation, io) => {
  const { id, process, reason } = invocation.keys
  const context = await openContext(invocation, io)
  const waiting = startWaiting(invocation, io)
  try {
    const events = cancelDeployments(
      {
        app: context.cluster,
        ...(id !== undefined && { id }),
        ...(process !== undefined && { processes: listed(process) }),
        ...(reason !== undefined && { reason }),
      },
      {
        ports: context.ports,
        observer: context.observer,
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
