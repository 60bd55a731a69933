import { restartProcesses } from '../../actions/processes/restart-process.ts'
import type { Handler } from '../command.ts'
import { deployAgain } from '../deploys/deploy-again.ts'

export const restart: Handler = (invocation, io) => deployAgain(restartProcesses, invocation, io)
