import { scaleProcesses } from '../../actions/processes/scale-process.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'
import { required } from '../required.ts'

export const scale: Handler = async (invocation, io) => {
  const processes = listed(required(invocation, 'process'))
  const count = countOf(required(invocation, 'count'), processes)
  const { reason } = invocation.keys
  const { app, environment, ports } = await openContext(invocation, io)
  const scaled = await scaleProcesses(
    {
      app,
      processes,
      count,
      ...(environment !== undefined && { environment }),
      ...(reason !== undefined && { reason }),
    },
    ports,
  )
  await printResult(
    { invocation, io },
    {
      document: () => ({ processes: scaled }),
      text: async view => (await import('../report/scale.ts')).showScale(scaled, view),
    },
  )
  return exitCodes.done
}

/** ECS's quota: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const most = 5_000

function countOf(text: string, processes: readonly string[]): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : undefined
  if (count !== undefined && count > 0 && count <= most) return count
  throw new Refusal({
    code: count === 0 ? 'use_stop' : 'bad_count',
    exit: 'usage',
    message:
      count === 0
        ? 'count=0 would leave nothing that runs: to stop a process is a command of its own.'
        : `count=${text} is no number of tasks.`,
    advice:
      count === 0
        ? `tapit stop process=${processes.join(',')}   keeps in mind how many there were`
        : `It takes a whole number from 1 to ${most}.`,
  })
}
