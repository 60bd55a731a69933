import type { Deployment } from '../../deployment/deployment.ts'
import { batches } from '../batches.ts'
import { type Scope, perCall } from './scope.ts'
import { rememberService, revisionsOf } from './watch.ts'

/** Asks for the services of these deployments, ten a call. */
export async function askServices(
  deployments: readonly Deployment[],
  { ecs, clock, reads, watchOf }: Scope,
): Promise<void> {
  for (const cluster of new Set(deployments.map(deployment => deployment.cluster))) {
    const members = deployments.filter(deployment => deployment.cluster === cluster)
    for (const batch of batches(members, perCall.services)) {
      const names = batch.map(({ service }) => service)
      const answers = (await reads.attempt(() => ecs.services(cluster, names))) ?? []
      const readAt = clock.now()
      for (const deployment of batch) {
        const service = answers.find(({ name }) => name === deployment.service)
        if (service) rememberService(watchOf(deployment), service, revisionsOf(deployment).own, readAt)
      }
    }
  }
}
