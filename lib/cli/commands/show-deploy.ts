import type { Handler } from '../command.ts'

export const showDeploy: Handler = async (invocation, io) => {
  const { openContext } = await import('../context.ts')
  const { findDeployments } = await import('../../actions/find-deployments.ts')
  const { reconcile } = await import('../../actions/reconcile.ts')
  const { printDeployments } = await import('../print-deployments.ts')
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
