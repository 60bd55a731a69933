import { Tags } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import { Construct } from 'constructs'
import { tagKeys } from '../names/aws.ts'

export interface AppClusterProps {
  /** The app in its environment, which is the cluster's name: `shop`, `shop-staging`. */
  readonly app: string
  /** What the environment is called; the CLI reads it off the cluster. */
  readonly environment: string
  /** Where its tasks run. */
  readonly vpc: ec2.IVpc
}

/** The ECS cluster that is the app: Fargate and Fargate Spot, with enhanced container insights. */
export class AppCluster extends Construct {
  readonly cluster: ecs.Cluster

  constructor(scope: Construct, id: string, props: AppClusterProps) {
    super(scope, id)
    const { app, environment, vpc } = props

    this.cluster = new ecs.Cluster(this, 'Cluster', {
      clusterName: app,
      vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ecs.ContainerInsights.ENHANCED,
    })
    Tags.of(this.cluster).add(tagKeys.environment, environment)
  }
}
