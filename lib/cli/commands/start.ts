import { startProcesses } from '../../actions/start-process.ts'
import type { Handler } from '../command.ts'
import { deployAgain } from '../deploy-again.ts'

export const start: Handler = (invocation, io) => deployAgain(startProcesses, invocation, io)
