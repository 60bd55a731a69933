import { clusterHandlers } from '../../../lib/sandbox/ecs/handlers/cluster-handlers.ts'
import type { Shop } from '../../fakes/shop.ts'
import { outside, until } from './scenes.ts'

/** Another environment of the shop, in the same account. */
export async function stageShop(shop: Shop, processes: readonly string[]): Promise<void> {
  clusterHandlers(shop.sandbox.world).CreateCluster({
    clusterName: 'shop-staging',
    tags: [{ key: 'tapit:environment', value: 'staging' }],
  })
  for (const name of processes) {
    outside(shop).CreateService({
      cluster: 'shop-staging',
      serviceName: name,
      taskDefinition: 'shop-worker',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0sandboxa'] } },
      tags: [
        { key: 'tapit:process', value: name },
        { key: 'tapit:repository', value: 'shop' },
      ],
    })
  }
  for (const name of processes) await stagedDeploymentEnds(shop, name)
}

/** What is being deployed to staging has come to its end. */
export function stagedDeploymentEnds(shop: Shop, service: string): Promise<void> {
  return until(shop, () => {
    const { serviceDeployments: [newest] = [] } = outside(shop).ListServiceDeployments({
      cluster: 'shop-staging',
      service,
    })
    return newest?.status === 'SUCCESSFUL'
  })
}
