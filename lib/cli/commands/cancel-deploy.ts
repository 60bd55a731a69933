import { cancelDeployments } from '../../actions/cancel-continue/cancel-deployments.ts'
import type { Handler } from '../command.ts'
import { decide } from '../deploys/decide.ts'

export const cancelDeploy: Handler = async (invocation, io) => {
  if (invocation.keys['group'] === undefined) return decide('cancel', cancelDeployments, { invocation, io })
  const { cancelWholeGroup } = await import('../groups/cancel-whole-group.ts')
  return cancelWholeGroup(invocation, io)
}
