import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'

import type { Scaling } from '../../actions/ports.ts'
import type { AwsOptions } from './client-settings.ts'
import { type ServiceClients, serviceClients } from './clients.ts'

const ecsService = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const

/** Application Auto Scaling, for the desired counts of ECS services. */
export function awsScaling(client: ApplicationAutoScalingClient): Scaling {
  return {
    async targets(cluster, services) {
      if (services.length === 0) return []
      const { ScalableTargets = [] } = await client.send(
        new DescribeScalableTargetsCommand({
          ...ecsService,
          ResourceIds: services.map(service => resourceOf({ cluster, service })),
        }),
      )
      return ScalableTargets.map(({ ResourceId = '', MinCapacity = 0, MaxCapacity = 0, SuspendedState }) => ({
        service: ResourceId.slice(ResourceId.lastIndexOf('/') + 1),
        min: MinCapacity,
        max: MaxCapacity,
        suspended: {
          scaleIn: SuspendedState?.DynamicScalingInSuspended ?? false,
          scaleOut: SuspendedState?.DynamicScalingOutSuspended ?? false,
          scheduled: SuspendedState?.ScheduledScalingSuspended ?? false,
        },
      }))
    },

    async change({ min, suspended, ...service }) {
      await client.send(
        new RegisterScalableTargetCommand({
          ...ecsService,
          ResourceId: resourceOf(service),
          ...(min !== undefined && { MinCapacity: min }),
          ...(suspended && {
            SuspendedState: {
              DynamicScalingInSuspended: suspended.scaleIn,
              DynamicScalingOutSuspended: suspended.scaleOut,
              ScheduledScalingSuspended: suspended.scheduled,
            },
          }),
        }),
      )
    },
  }
}

export function scalingClients(options: AwsOptions): ServiceClients<ApplicationAutoScalingClient> {
  return serviceClients(ApplicationAutoScalingClient, 'application-autoscaling', options)
}

/** `service/shop/worker` */
function resourceOf({ cluster, service }: { readonly cluster: string; readonly service: string }): string {
  return `service/${cluster}/${service}`
}
