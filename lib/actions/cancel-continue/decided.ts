import type { Deployment } from '../../deployment/deployment.ts'
import type { ExitName } from '../../names/refusal.ts'
import type { Group } from '../../records/group.ts'
import type { Stored } from '../../records/records.ts'
import type { DeployEvent } from '../events.ts'
import { watchDeployments } from '../follow/watch-deployments.ts'
import type { DecisionOptions } from './decide-each.ts'

/** How a command ends that decided on deployments of a group. */
export type DecidedEnd = {
  readonly exit: ExitName
  readonly group: Group
  readonly deployments: readonly Deployment[]
}

/** Follows what was decided on to its end, or leaves it. */
export async function* decided(
  group: Group,
  deployments: readonly Stored<Deployment>[],
  options: DecisionOptions,
): AsyncGenerator<DeployEvent, DecidedEnd, void> {
  if (options.wait) return { group, ...(yield* watchDeployments(deployments, options)) }
  const records = deployments.map(({ record }) => record)
  yield { is: 'left', at: options.ports.clock.now(), why: 'asked', deployments: records }
  return { group, deployments: records, exit: 'done' }
}
