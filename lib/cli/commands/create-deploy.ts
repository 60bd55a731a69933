import { exitCodes } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { inCi } from '../ci/in-ci.ts'
import { deployRequestOf } from '../deploy-request-of.ts'
import { leaseSecondsOf } from '../lease-seconds.ts'
import { openContext } from '../context.ts'
import { deploy } from '../../actions/deploy.ts'
import { reportDeployment } from '../report-deployment.ts'
import { startWaiting } from '../waiting.ts'

export const createDeploy: Handler = async (typed, io) => {
  const leaseSeconds = leaseSecondsOf(io.env)
  const { invocation, request } = await inCi(typed, io)
  if (invocation.keys['apps'] !== undefined) {
    const { deployToApps } = await import('../deploy-to-apps.ts')
    return deployToApps({ invocation, request }, io)
  }
  const context = await openContext(invocation, io)
  const waiting = startWaiting(invocation, io)
  try {
    const events = deploy(
      { ...deployRequestOf(invocation, context), ...request },
      {
        ports: context.ports,
        observer: context.observer,
        leaseSeconds,
        dryRun: invocation.flags['dry-run'] === true,
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
