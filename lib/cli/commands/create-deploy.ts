import type { Handler } from '../command.ts'
import { inCi } from '../ci/in-ci.ts'
import { deployRequestOf } from '../deploys/deploy-request-of.ts'
import { deploy } from '../../actions/deploy/deploy.ts'
import { runDeploy } from '../deploys/run-deploy.ts'

export const createDeploy: Handler = async (typed, io) => {
  const { invocation, request } = await inCi(typed, io)
  if (invocation.keys['apps'] !== undefined) {
    const { deployToApps } = await import('../groups/deploy-to-apps.ts')
    return deployToApps({ invocation, request }, io)
  }
  return runDeploy(invocation, io, (context, options) =>
    deploy({ ...deployRequestOf(invocation, context), ...request }, options),
  )
}
