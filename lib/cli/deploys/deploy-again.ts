import type { AgainRequest } from '../../actions/deploy/deploy-again.ts'
import type { DeployEnd, DeployOptions } from '../../actions/deploy/deploy-options.ts'
import type { DeployEvent } from '../../actions/events.ts'
import type { ExitCode } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { required } from '../required.ts'
import { runDeploy } from './run-deploy.ts'

type Again = (request: AgainRequest, options: DeployOptions) => AsyncGenerator<DeployEvent, DeployEnd, void>

/** What `start` and `restart` share: a deployment of what was there before. */
export async function deployAgain(again: Again, invocation: Invocation, io: Io): Promise<ExitCode> {
  const processes = listed(required(invocation, 'process'))
  const { initiator, reason, override } = invocation.keys
  return runDeploy(invocation, io, ({ app, environment }, options) =>
    again(
      {
        app,
        processes,
        ...(environment !== undefined && { environment }),
        ...(initiator !== undefined && { initiator }),
        ...(reason !== undefined && { reason }),
        ...(override !== undefined && { override }),
      },
      options,
    ),
  )
}
