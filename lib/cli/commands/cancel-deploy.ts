import { cancelDeployments } from '../../actions/cancel-deployments.ts'
import type { Handler } from '../command.ts'
import { decide } from '../decide.ts'

export const cancelDeploy: Handler = (invocation, io) =>
  decide('cancel', cancelDeployments, { invocation, io })
