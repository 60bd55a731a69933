import type { Handler } from '../command.ts'
import { decideOnApproval } from '../deploys/decide-on-approval.ts'

export const approveDeploy: Handler = (invocation, io) => decideOnApproval('approve', { invocation, io })
