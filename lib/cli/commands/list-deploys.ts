import { deploymentStatuses } from '../../names/vocabulary.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'

const defaultLimit = 20

export const listDeploys: Handler = async (invocation, io) => {
  const { openContext } = await import('../context.ts')
  const { reconcile } = await import('../../actions/reconcile.ts')
  const { printResult } = await import('../print-result.ts')
  const { process, limit, status: wanted, next_token: from } = invocation.keys
  const status = deploymentStatuses.find(each => each === wanted)
  const { ports, observer, cluster: app } = await openContext(invocation, io)
  const page = await ports.records.listDeployments({
    app,
    limit: limit === undefined ? defaultLimit : Number(limit),
    ...(process !== undefined && { processes: listed(process) }),
    ...(status !== undefined && { status }),
    ...(from !== undefined && { from }),
  })
  const deployments = (await reconcile(page.deployments, { ports, observer })).map(({ record }) => record)
  const pointers = await ports.records.pointers(app)
  const list = { deployments, pointers, ...(page.next !== undefined && { next: page.next }) }
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json.ts')).listDocument(list),
      text: async view => (await import('../report/list-deploys.ts')).listDeploys(list, view),
    },
  )
  return 0
}
