import { executeApproved } from '../../actions/approvals/execute-approved.ts'
import type { Handler } from '../command.ts'
import { neededId } from '../needed-id.ts'
import { runDeploy } from '../deploys/run-deploy.ts'

export const executeDeploy: Handler = async (invocation, io) => {
  const id = neededId(invocation)
  return runDeploy(invocation, io, ({ app, cluster, environment }, options) =>
    executeApproved({ app, cluster, id, ...(environment !== undefined && { environment }) }, options),
  )
}
