import { deploymentLogSource } from '../../actions/logs/deployment-log-source.ts'
import type { Handler, Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { listed } from '../argv/listed.ts'
import { type Context, openContext } from '../context.ts'
import { printLogLines } from '../logs/print-log-lines.ts'
import { startWaiting } from '../waiting.ts'
import { Refusal } from '../../names/refusal.ts'
import { parseDuration } from '../argv/duration.ts'
import { type ReadLogsOptions, logSources, readLogs } from '../../actions/logs/read-logs.ts'
import { appServices } from '../../actions/services/app-services.ts'

const defaultSince = '10m'

export const showLogs: Handler = async (invocation, io) => {
  const { keys, flags } = invocation
  if (keys['step'] !== undefined && keys['deploy'] === undefined) {
    throw new Refusal({
      code: 'step_without_deploy',
      exit: 'usage',
      message: 'step= needs deploy=: the steps are those of a deployment.',
      advice: `tapit show logs deploy=dep_… step=${keys['step']}`,
    })
  }
  const context = await openContext(invocation, io)
  const { sources, from, isOver } = await whatToRead(invocation, io, context)
  const waiting = startWaiting(invocation, io)
  const { closed } = io.stdout
  try {
    const limit = keys['limit'] === undefined ? undefined : Number(keys['limit'])
    const lines = readLogs({
      sources,
      from,
      follow: flags['follow'] === true,
      ...(isOver !== undefined && { isOver }),
      logs: context.ports.logs,
      clock: io.clock,
      signal: closed === undefined ? waiting.signal : AbortSignal.any([waiting.signal, closed]),
    })
    await printLogLines(lines, {
      invocation,
      io,
      isSeveral: new Set(sources.map(each => each.process)).size > 1,
      ...(limit !== undefined && { limit }),
    })
    return 0
  } finally {
    waiting.end()
  }
}

type What = Pick<ReadLogsOptions, 'sources' | 'from' | 'isOver'>

async function whatToRead(
  { keys }: Invocation,
  { clock }: Io,
  { app, environment, cluster, ports, observer }: Context,
): Promise<What> {
  const { deploy, step, since, process } = keys
  if (deploy !== undefined) {
    return deploymentLogSource(
      { app: cluster, id: deploy, ...(step !== undefined && { step }) },
      { ports, observer },
    )
  }
  const { services } = await appServices(ports.ecs, {
    app,
    ...(environment !== undefined && { environment }),
    ...(process !== undefined && { processes: listed(process) }),
  })
  return {
    sources: await logSources(services, ports),
    from: clock.now() - parseDuration(since ?? defaultSince, 'since='),
  }
}
