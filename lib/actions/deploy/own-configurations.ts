import type { DeploymentConfiguration } from '../../strategy/deployment-configuration.ts'
import type { Ports } from '../ports.ts'
import type { ToPutBack } from '../settle/settle-earlier.ts'

export type OwnConfigurationsOptions = {
  readonly cluster: string
  /** By process. */
  readonly toPutBack: ReadonlyMap<string, ToPutBack>
  /** Names of the services by process. */
  readonly services: ReadonlyMap<string, string>
  readonly ecs: Pick<Ports['ecs'], 'services'>
}

/**
 * By process, the configuration that is a service's own where an earlier deployment had given it another one: as that one has it in its
 * record, or, where it was given back, as it is now: perhaps only since it was last looked at.
 */
export async function ownConfigurations({
  cluster,
  toPutBack,
  services,
  ecs,
}: OwnConfigurationsOptions): Promise<ReadonlyMap<string, DeploymentConfiguration>> {
  const own = new Map<string, DeploymentConfiguration>()
  for (const [process, { restore, isRestored = false }] of toPutBack) {
    if (restore === undefined) continue
    const service = isRestored ? services.get(process) : undefined
    const [now] = service === undefined ? [] : await ecs.services(cluster, [service])
    own.set(process, now?.configuration ?? restore)
  }
  return own
}
