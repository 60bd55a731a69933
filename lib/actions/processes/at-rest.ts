import type { Deployment } from '../../deployment/deployment.ts'
import type { Pointer, StoppedPointer } from '../../records/pointer.ts'
import type { DeployOptions } from '../deploy/deploy-options.ts'
import type { AppService } from '../services/app-services.ts'
import { appToChange } from '../services/app-to-change.ts'
import { noneInProgress } from './none-in-progress.ts'

/** Processes of which none is being deployed, and what is live or stopped in their app. */
export type AtRest = {
  /** In its environment. */
  readonly app: string
  readonly services: readonly AppService[]
  /** Their newest records. */
  readonly present: readonly Deployment[]
  readonly pointers: readonly Pointer[]
  readonly stopped: readonly StoppedPointer[]
}

export async function atRest(
  request: { readonly app: string; readonly environment?: string; readonly processes: readonly string[] },
  { ports, observer }: Pick<DeployOptions, 'ports' | 'observer'>,
): Promise<AtRest> {
  const { ecs, records } = ports
  const { cluster, services } = await appToChange(ecs, request)
  const app = cluster.name
  const processes = services.map(({ process }) => process)
  const present = await noneInProgress({ app, processes }, { ports, observer })
  const [pointers, stopped] = await Promise.all([records.pointers(app), records.stoppedPointers(app)])
  return { app, services, present, pointers, stopped }
}
