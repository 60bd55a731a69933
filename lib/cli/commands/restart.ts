import { restartProcesses } from '../../actions/restart-process.ts'
import type { Handler } from '../command.ts'
import { deployAgain } from '../deploy-again.ts'

export const restart: Handler = (invocation, io) => deployAgain(restartProcesses, invocation, io)
