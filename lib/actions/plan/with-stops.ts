import type { Gathered } from './gather.ts'
import type { Ports } from '../ports.ts'

/**
 * What was gathered, with what was stopped since then: the same object where nothing was. Whoever asks holds the leases, so that nobody
 * stops anything after that.
 */
export async function withStops(
  gathered: Gathered,
  { records, ecs }: Pick<Ports, 'records' | 'ecs'>,
): Promise<Gathered> {
  const { name: cluster } = gathered.cluster
  const stopped = await records.stoppedPointers(cluster)
  const stopOf = new Map(stopped.map(({ process, stop }) => [process, stop]))
  const news = gathered.processes.filter(({ process, stop }) => stop === undefined && stopOf.has(process))
  if (news.length === 0) return gathered
  const services = await Promise.all(news.map(({ service }) => ecs.services(cluster, [service.name])))
  const present = services.flat()
  return {
    ...gathered,
    processes: gathered.processes.map(each => {
      const stop = news.includes(each) ? stopOf.get(each.process) : undefined
      if (stop === undefined) return each
      const service = present.find(({ name }) => name === each.service.name) ?? each.service
      return { ...each, service, stop, pointer: undefined }
    }),
  }
}
