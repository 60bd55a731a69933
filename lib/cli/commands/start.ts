import { startProcesses } from '../../actions/processes/start-process.ts'
import type { Handler } from '../command.ts'
import { deployAgain } from '../deploys/deploy-again.ts'

export const start: Handler = (invocation, io) => deployAgain(startProcesses, invocation, io)
