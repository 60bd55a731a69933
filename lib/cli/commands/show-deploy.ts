import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { findDeployments } from '../../actions/find-deployments.ts'
import { reconcile } from '../../actions/reconcile.ts'
import { printDeployments } from '../print-deployments.ts'

export const showDeploy: Handler = async (invocation, io) => {
  const context = await openContext(invocation, io)
  const { ports, observer, cluster } = context
  const found = await findDeployments(cluster, invocation.keys['id'], ports.records)
  const deployments = await reconcile(found.deployments, { ports, observer })
  await printDeployments(
    {
      group: found.group,
      deployments: deployments.map(({ record }) => record),
      missing: found.missing,
    },
    { invocation, io, ports },
  )
  return 0
}
