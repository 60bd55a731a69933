import { type Stack } from 'aws-cdk-lib'
import * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import {
  PublicLoadBalancer,
  type PublicLoadBalancerProps,
} from '../../lib/constructs/public-load-balancer.ts'
import { nagFindings } from './support/nag-findings.ts'
import { networkForTests } from './support/network-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'

const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/example'

describe('with a certificate', () => {
  it('answers over HTTPS, and sends those who come over HTTP there', () => {
    const { stack } = defined({ certificate: true })

    const template = Template.fromStack(stack)
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificateArn }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      DefaultActions: [Match.objectLike({ Type: 'fixed-response' })],
    })
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    })
  })

  it('can come later: port 80 and the test listener stay the resources that they were', () => {
    const [before, after] = [false, true].map(certificate =>
      Template.fromStack(defined({ certificate }).stack).findResources(
        'AWS::ElasticLoadBalancingV2::Listener',
      ),
    )

    expect(Object.keys(after ?? {})).toEqual(expect.arrayContaining(Object.keys(before ?? {})))
  })

  it('has a test listener with the same certificate, which nobody reaches', () => {
    const { stack, balancer } = defined({ certificate: true })

    const template = Template.fromStack(stack)
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 8443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificateArn }],
    })
    expect(openPorts(template)).toEqual([80, 443])
    expect(balancer.testListener).not.toBe(balancer.listener)
  })
})

describe('without a certificate', () => {
  it('answers over HTTP on port 80 and redirects nobody', () => {
    const { stack } = defined()

    const template = Template.fromStack(stack)
    template.allResourcesProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    })
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 2)
    expect(openPorts(template)).toEqual([80])
  })

  it('has its test listener on port 8080', () => {
    const { stack } = defined()

    Template.fromStack(stack).hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 8080 })
  })
})

it('opens the test listener to those who are named, and to nobody else', () => {
  const { stack } = defined({ testTraffic: ec2.Peer.ipv4('192.0.2.0/24') })

  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: [
      Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 80, ToPort: 80 }),
      Match.objectLike({ CidrIp: '192.0.2.0/24', FromPort: 8080, ToPort: 8080 }),
    ],
  })
})

it('faces the internet, drops invalid headers, and cannot be deleted by mistake', () => {
  const { stack } = defined()

  Template.fromStack(stack).hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Name: 'shop',
    Scheme: 'internet-facing',
    LoadBalancerAttributes: Match.arrayWith([
      { Key: 'deletion_protection.enabled', Value: 'true' },
      { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      { Key: 'access_logs.s3.enabled', Value: 'true' },
    ]),
  })
})

it('can be deleted where that is asked for', () => {
  const { stack } = defined({ deletionProtection: false })

  Template.fromStack(stack).hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: 'false' }]),
  })
})

it('keeps its access logs for 90 days in a bucket that is private, encrypted, and outlives the stack', () => {
  const { stack } = defined()

  const template = Template.fromStack(stack)
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90, Status: 'Enabled' })] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  })
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  })
  template.resourceCountIs('AWS::Lambda::Function', 0)
})

it('logs to a bucket that is given', () => {
  const stack = stackForTests()
  const accessLogs = s3.Bucket.fromBucketName(stack, 'Logs', 'example-logs')

  new PublicLoadBalancer(stack, 'LoadBalancer', { app: 'shop', vpc: networkForTests(stack), accessLogs })

  const template = Template.fromStack(stack)
  template.resourceCountIs('AWS::S3::Bucket', 0)
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'access_logs.s3.bucket', Value: 'example-logs' }]),
  })
})

it('has nothing that cdk-nag finds', () => {
  const { stack } = defined({ certificate: true })

  expect(nagFindings(stack)).toEqual([])
})

function defined({
  certificate = false,
  ...props
}: Partial<Omit<PublicLoadBalancerProps, 'certificate'>> & { certificate?: boolean } = {}): {
  stack: Stack
  balancer: PublicLoadBalancer
} {
  const stack = stackForTests()
  const balancer = new PublicLoadBalancer(stack, 'LoadBalancer', {
    app: 'shop',
    vpc: networkForTests(stack),
    ...(certificate && {
      certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', certificateArn),
    }),
    ...props,
  })
  return { stack, balancer }
}

/** Those that the whole internet reaches. */
function openPorts(template: Template): readonly number[] {
  return Object.values(template.findResources('AWS::EC2::SecurityGroup'))
    .flatMap(({ Properties }): { CidrIp: string; FromPort: number }[] => Properties.SecurityGroupIngress)
    .filter(({ CidrIp }) => CidrIp === '0.0.0.0/0')
    .map(({ FromPort }) => FromPort)
    .toSorted((one, other) => one - other)
}
