import { continueDeployments } from '../../actions/continue-deployments.ts'
import type { Handler } from '../command.ts'
import { decide } from '../decide.ts'

export const continueDeploy: Handler = (invocation, io) =>
  decide('continue', continueDeployments, { invocation, io })
