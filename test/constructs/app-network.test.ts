import { App, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { AppNetwork } from '../../lib/constructs/app-network.ts'
import { nagFindings } from './support/nag-findings.ts'
import { stackForTests } from './support/stack-for-tests.ts'

it('has a public and a private subnet in two zones, one NAT gateway, and the free endpoint to S3', () => {
  const stack = stackForTests()

  const { vpc } = new AppNetwork(stack, 'Network')

  const template = Template.fromStack(stack)
  expect(vpc.publicSubnets).toHaveLength(2)
  expect(vpc.privateSubnets).toHaveLength(2)
  template.resourceCountIs('AWS::EC2::NatGateway', 1)
  template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' })
  template.resourceCountIs('AWS::EC2::VPCEndpoint', 1)
})

it('gives no public address to what starts in it', () => {
  const stack = stackForTests()

  new AppNetwork(stack, 'Network')

  Template.fromStack(stack).allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false })
})

it('logs its traffic for a month', () => {
  const stack = stackForTests()

  new AppNetwork(stack, 'Network')

  const template = Template.fromStack(stack)
  template.hasResourceProperties('AWS::EC2::FlowLog', {
    TrafficType: 'ALL',
    LogDestinationType: 'cloud-watch-logs',
  })
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 })
})

it('has as many zones and NAT gateways as asked for, wherever it is synthesized', () => {
  const stack = new Stack(new App(), 'Nowhere')

  const { vpc } = new AppNetwork(stack, 'Network', { zones: 3, natGateways: 3 })

  const template = Template.fromStack(stack)
  expect(vpc.privateSubnets).toHaveLength(3)
  template.resourceCountIs('AWS::EC2::NatGateway', 3)
  template.hasResourceProperties('AWS::EC2::Subnet', {
    AvailabilityZone: { 'Fn::Select': [2, { 'Fn::GetAZs': '' }] },
  })
})

it('leaves the addresses of its subnets as they are when it gets another zone', () => {
  const [two, three] = [2, 3].map(zones => {
    const stack = stackForTests()
    new AppNetwork(stack, 'Network', { zones })
    const subnets = Object.values(Template.fromStack(stack).findResources('AWS::EC2::Subnet'))
    return subnets.map(({ Properties }) => String(Properties['CidrBlock']))
  })

  expect(two).toHaveLength(4)
  expect(three).toEqual(expect.arrayContaining(two ?? []))
})

it('reaches ECR, logs, SSM and Secrets Manager inside the VPC where endpoints are wanted', () => {
  const stack = stackForTests()

  new AppNetwork(stack, 'Network', { endpoints: true })

  const endpoints = Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint', {
    Properties: { VpcEndpointType: 'Interface', PrivateDnsEnabled: true },
  })
  expect(Object.keys(endpoints)).toHaveLength(5)
})

it('needs no Lambda for any of it', () => {
  const stack = stackForTests()

  new AppNetwork(stack, 'Network', { endpoints: true })

  const template = Template.fromStack(stack)
  template.resourceCountIs('AWS::Lambda::Function', 0)
  template.allResourcesProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [Match.objectLike({ Principal: { Service: 'vpc-flow-logs.amazonaws.com' } })],
    },
  })
})

it.each([
  [{ zones: 1 }, "'zones' must be a whole number from 2, got 1"],
  [{ natGateways: 0 }, "'natGateways' must be a whole number from 1 to the 2 zones, got 0"],
  [{ zones: 3, natGateways: 4 }, "'natGateways' must be a whole number from 1 to the 3 zones, got 4"],
])('refuses %o', (props, sentence) => {
  expect(() => new AppNetwork(stackForTests(), 'Network', props)).toThrow(sentence)
})

it('has nothing that cdk-nag finds', () => {
  const stack = stackForTests()

  new AppNetwork(stack, 'Network', { endpoints: true })

  expect(nagFindings(stack)).toEqual([])
})
