import { continueDeployments } from '../../actions/cancel-continue/continue-deployments.ts'
import type { Handler } from '../command.ts'
import { decide } from '../deploys/decide.ts'

export const continueDeploy: Handler = (invocation, io) =>
  decide('continue', continueDeployments, { invocation, io })
