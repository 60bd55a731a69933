import { Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { AppCluster } from '../../lib/constructs/app-cluster.ts'
import { nagFindings } from './support/nag-findings.ts'
import { networkForTests } from './support/network-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'

it('is called as the app is, says its environment, and has enhanced container insights', () => {
  const stack = stackForTests()

  new AppCluster(stack, 'Cluster', {
    app: 'shop-staging',
    environment: 'staging',
    vpc: networkForTests(stack),
  })

  Template.fromStack(stack).hasResourceProperties('AWS::ECS::Cluster', {
    ClusterName: 'shop-staging',
    ClusterSettings: [{ Name: 'containerInsights', Value: 'enhanced' }],
    Tags: [{ Key: 'tapit:environment', Value: 'staging' }],
  })
})

it('runs on Fargate and Fargate Spot', () => {
  const stack = stackForTests()

  new AppCluster(stack, 'Cluster', { app: 'shop', environment: 'production', vpc: networkForTests(stack) })

  Template.fromStack(stack).hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', {
    CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
  })
  expect(nagFindings(stack)).toEqual([])
})
