import { movedTags, toldOfMovedTags } from '../../actions/approvals/moved-tags.ts'
import { findDeployments } from '../../actions/history/find-deployments.ts'
import { reconcile } from '../../actions/settle/reconcile.ts'
import { watchDeployments } from '../../actions/follow/watch-deployments.ts'
import type { DeployEvent } from '../../actions/events.ts'
import type { Deployment } from '../../deployment/deployment.ts'
import { type ExitName, exitCodes } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Handler } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import { printDeployments } from '../deploys/print-deployments.ts'
import { reportDeployment } from '../deploys/report-deployment.ts'
import { startWaiting } from '../waiting.ts'

export const showDeploy: Handler = async (invocation, io) => {
  const context = await openContext(invocation, io)
  const { ports, observer, cluster } = context
  const { id } = invocation.keys
  if (invocation.flags['wait'] === true) {
    const waiting = startWaiting(invocation, io)
    try {
      const { exit } = await reportDeployment(watch(id, context, waiting.signal), {
        invocation,
        io,
        context,
        keepsStepLogs: false,
      })
      return exitCodes[exit]
    } finally {
      waiting.end()
    }
  }
  const { group, deployments, missing } = await findDeployments(cluster, id, ports.records)
  const present = (await reconcile(deployments, { ports, observer })).map(({ record }) => record)
  await printDeployments(
    { group, deployments: present, missing, movedTags: await movedTags(present, ports) },
    { invocation, io, ports },
  )
  return exitCodes.done
}

type End = { readonly exit: ExitName; readonly group: Group; readonly deployments: readonly Deployment[] }

/** Takes up again what another command began. */
async function* watch(
  id: string | undefined,
  { ports, observer, cluster }: Context,
  signal: AbortSignal,
): AsyncGenerator<DeployEvent, End, void> {
  const { group, deployments } = await findDeployments(cluster, id, ports.records)
  const present = await reconcile(deployments, { ports, observer })
  yield* toldOfMovedTags(present, ports)
  yield { is: 'recorded', at: ports.clock.now(), group, deployments: present.map(({ record }) => record) }
  return { group, ...(yield* watchDeployments(present, { ports, observer, signal })) }
}
