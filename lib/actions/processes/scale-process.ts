import { Refusal } from '../../names/refusal.ts'
import { appToChange } from '../services/app-to-change.ts'
import type { Ports, ScalableTarget } from '../ports.ts'
import { stoppedAlready } from './stopped-already.ts'

export type ScaleRequest = {
  readonly app: string
  readonly environment?: string
  readonly processes: readonly string[]
  /** 1 at least. */
  readonly count: number
  readonly reason?: string
}

export type ScaledProcess = {
  readonly app: string
  readonly process: string
  /** How many tasks were wanted, and are. */
  readonly before: number
  readonly desired: number
  /** The bounds of its auto scaling; absent where it has none. */
  readonly scaling?: Pick<ScalableTarget, 'min' | 'max'>
}

/**
 * Sets how many tasks processes want, at once and without a deployment. Refuses before anything changes if one of them cannot: what is
 * stopped is started otherwise, and auto scaling would undo what is outside its bounds.
 */
export async function scaleProcesses(
  { count, reason, ...request }: ScaleRequest,
  { ecs, records, scaling, audit }: Ports,
): Promise<readonly ScaledProcess[]> {
  const { cluster, services } = await appToChange(ecs, request)
  const app = cluster.name
  const [stopped, targets] = await Promise.all([
    records.stoppedPointers(app),
    scaling.targets(
      app,
      services.map(({ service }) => service.name),
    ),
  ])
  const scaled = services.map(({ process, service }): ScaledProcess => {
    const already = stopped.find(each => each.process === process)
    // Tasks are wanted again: a start of it is on its way.
    if (already !== undefined && service.desired === 0) throw stoppedAlready(already)
    const target = targets.find(each => each.service === service.name)
    if (target !== undefined && (count < target.min || count > target.max))
      throw outOfBounds(process, count, target)
    return {
      app,
      process,
      before: service.desired,
      desired: count,
      ...(target && { scaling: { min: target.min, max: target.max } }),
    }
  })
  for (const [index, { process, before }] of scaled.entries()) {
    const service = services[index]?.service.name
    if (service === undefined || before === count) continue
    await ecs.setDesiredCount({ cluster: app, service, desiredCount: count })
    const details = { from: before, to: count }
    audit.tell({ is: 'scale', app, process, details, ...(reason !== undefined && { reason }) })
  }
  return scaled
}

function outOfBounds(process: string, count: number, { min, max }: ScalableTarget): Refusal {
  return new Refusal({
    code: 'out_of_bounds',
    message: `count=${count} is outside the bounds of ${process}'s auto scaling, ${min} to ${max}: it would be undone.`,
    advice: `Choose from ${min} to ${max}, or change scale: in tapit.yml and deploy the infrastructure.`,
  })
}
