import type { Handler } from '../command.ts'
import { decideOnApproval } from '../deploys/decide-on-approval.ts'

export const denyDeploy: Handler = (invocation, io) => decideOnApproval('deny', { invocation, io })
