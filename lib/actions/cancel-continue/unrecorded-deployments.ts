import { appServices } from '../services/app-services.ts'
import { inParallel } from '../batches.ts'
import { isOngoing } from '../services/is-ongoing.ts'
import type { Ports, ServiceDeployment } from '../ports.ts'

/** A deployment that ECS is at and that tapit did not make: of a person at the console, of CloudFormation or another tool. */
export type Unrecorded = {
  readonly app: string
  readonly process: string
  readonly deployment: ServiceDeployment
}

const readsAtOnce = 5

/** What ECS is at for these processes now; refuses processes that do not exist. */
export async function unrecordedDeployments(
  { app, processes }: { readonly app: string; readonly processes: readonly string[] },
  { ecs }: Pick<Ports, 'ecs'>,
): Promise<readonly Unrecorded[]> {
  const { services } = await appServices(ecs, { app, processes })
  const ongoing = await inParallel(services, readsAtOnce, async ({ process, service }) => {
    const [newest] = await ecs.listServiceDeployments(service.cluster, service.name)
    return newest !== undefined && isOngoing(newest) ? { process, arn: newest.arn } : undefined
  })
  const found = ongoing.flatMap(each => each ?? [])
  const deployments = await inParallel(found, readsAtOnce, async ({ process, arn }) => {
    const [deployment] = await ecs.serviceDeployments([arn])
    return deployment === undefined ? [] : [{ app, process, deployment }]
  })
  return deployments.flat()
}
