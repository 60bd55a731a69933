import { appServices } from '../../actions/services/app-services.ts'
import { reconcile } from '../../actions/settle/reconcile.ts'
import { deploymentStatuses } from '../../names/vocabulary.ts'
import { parseDuration } from '../argv/duration.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'

const defaultLimit = 20

export const listDeploys: Handler = async (invocation, io) => {
  const { process, limit, status: wanted, initiator, since, next_token: from } = invocation.keys
  const status = deploymentStatuses.find(each => each === wanted)
  const { ports, observer, cluster: app } = await openContext(invocation, io)
  // Loaded while AWS answers.
  const report = invocation.global.output === 'json' ? undefined : import('../report/list-deploys.ts')
  const [page, known] = await Promise.all([
    ports.records.listDeployments({
      app,
      limit: limit === undefined ? defaultLimit : Number(limit),
      ...(process !== undefined && { processes: listed(process) }),
      ...(status !== undefined && { status }),
      ...(initiator !== undefined && { initiator }),
      ...(since !== undefined && { since: io.clock.now() - parseDuration(since, 'since=') }),
      ...(from !== undefined && { from }),
      isOneQuery: true,
    }),
    ports.records.pointers(app),
  ])
  // An empty list is an answer about an app and processes that exist.
  if (page.deployments.length === 0)
    await appServices(ports.ecs, { app, ...(process !== undefined && { processes: listed(process) }) })
  const present = await reconcile(page.deployments, { ports, observer })
  const isNews = present.some((each, index) => each !== page.deployments[index])
  const list = {
    deployments: present.map(({ record }) => record),
    pointers: isNews ? await ports.records.pointers(app) : known,
    ...(page.next !== undefined && { next: page.next }),
  }
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json.ts')).listDocument(list),
      text: async view => (await (report ?? import('../report/list-deploys.ts'))).listDeploys(list, view),
    },
  )
  return 0
}
