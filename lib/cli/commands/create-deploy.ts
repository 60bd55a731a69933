import type { DeployRequest } from '../../actions/request.ts'
import { exitCodes } from '../../names/refusal.ts'
import { strategyTypes } from '../../names/vocabulary.ts'
import { listed } from '../argv/listed.ts'
import type { Handler, Invocation } from '../command.ts'
import { leaseSecondsOf } from '../lease-seconds.ts'
import { openContext } from '../context.ts'
import { deploy } from '../../actions/deploy.ts'
import { reportDeployment } from '../report-deployment.ts'
import { startWaiting } from '../waiting.ts'

export const createDeploy: Handler = async (invocation, io) => {
  const leaseSeconds = leaseSecondsOf(io.env)
  const context = await openContext(invocation, io)
  const waiting = startWaiting(invocation, io)
  try {
    const events = deploy(requestOf(invocation, context), {
      ports: context.ports,
      observer: context.observer,
      leaseSeconds,
      dryRun: invocation.flags['dry-run'] === true,
      wait: invocation.flags['wait'] === true,
      signal: waiting.signal,
    })
    const end = await reportDeployment(events, { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    waiting.end()
  }
}

function requestOf(
  { keys, flags }: Invocation,
  { app, environment }: { app: string; environment?: string },
): DeployRequest {
  const { docker_tag: dockerTag, process, initiator, tag, git_hash: gitHash, reason } = keys
  const strategy = strategyTypes.find(each => each === keys['strategy'])
  return {
    app,
    trigger: 'manual',
    ...(environment !== undefined && { environment }),
    ...(dockerTag !== undefined && { dockerTag }),
    ...(process !== undefined && { processes: listed(process) }),
    ...(strategy !== undefined && { strategy }),
    ...(initiator !== undefined && { initiator }),
    ...(tag !== undefined && { tag }),
    ...(gitHash !== undefined && { gitHash }),
    ...(flags['supersede'] === true && { supersede: { reason: reason ?? '' } }),
  }
}
