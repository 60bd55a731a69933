import { type Stack } from 'aws-cdk-lib'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as sns from 'aws-cdk-lib/aws-sns'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import {
  FailureNotifications,
  type FailureNotificationsProps,
} from '../../lib/constructs/failure-notifications.ts'
import { nagFindings } from './support/nag-findings.ts'
import { networkForTests } from './support/network-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'

const clusterArn = Match.objectLike({ 'Fn::Join': Match.anyValue() })

it('tells of deployments that failed, of this app only', () => {
  const stack = defined()

  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Deployment State Change'],
      // The slash keeps shop-staging out.
      resources: [
        {
          prefix: {
            'Fn::Join': [
              '',
              ['arn:', { Ref: 'AWS::Partition' }, ':ecs:eu-west-1:111122223333:service/shop/'],
            ],
          },
        },
      ],
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    },
  })
})

it('tells of what ECS warns of, and of what it cannot do', () => {
  const stack = defined()

  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      'detail-type': ['ECS Service Action'],
      detail: { clusterArn: [clusterArn], eventType: ['ERROR', 'WARN'] },
    },
  })
})

it('tells of tasks that never started, and of those that exited with a failure', () => {
  const stack = defined()

  const template = Template.fromStack(stack)
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      'detail-type': ['ECS Task State Change'],
      detail: { clusterArn: [clusterArn], lastStatus: ['STOPPED'], stopCode: ['TaskFailedToStart'] },
    },
  })
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      'detail-type': ['ECS Task State Change'],
      detail: {
        clusterArn: [clusterArn],
        lastStatus: ['STOPPED'],
        stopCode: ['EssentialContainerExited'],
        containers: { exitCode: [{ 'anything-but': [0] }] },
      },
    },
  })
})

it('says in a sentence what happened and what to type next', () => {
  const stack = defined()

  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { 'detail-type': ['ECS Deployment State Change'] },
    Targets: [
      Match.objectLike({
        Arn: { Ref: Match.stringLikeRegexp('Topic') },
        InputTransformer: Match.objectLike({
          InputTemplate: Match.stringLikeRegexp('a deployment failed: .* tapit -a shop show deploy'),
        }),
      }),
    ],
  })
})

it('sends every event to the topic, whose messages are encrypted and only come over TLS', () => {
  const stack = defined()

  const template = Template.fromStack(stack)
  template.allResourcesProperties('AWS::Events::Rule', {
    Targets: [Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('Topic') } })],
  })
  template.hasResourceProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] },
  })
  template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true })
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  })
})

it.each(['events.amazonaws.com', 'cloudwatch.amazonaws.com'])(
  'lets %s publish to the topic and use its key',
  Service => {
    const stack = defined()

    const template = Template.fromStack(stack)
    const allowed = (Action: unknown): object =>
      Match.arrayWith([Match.objectLike({ Effect: 'Allow', Principal: { Service }, Action })])
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: allowed('sns:Publish') },
    })
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: allowed(Match.arrayWith(['kms:Decrypt'])) },
    })
  },
)

it('sends a mail to those who are named', () => {
  const stack = defined({ emails: ['ops@example.com', 'shop@example.com'] })

  const template = Template.fromStack(stack)
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@example.com',
  })
  template.resourceCountIs('AWS::SNS::Subscription', 2)
})

it('uses a topic that is given, and makes none', () => {
  const stack = stackForTests()
  const topic = sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:111122223333:ops')

  const notifications = new FailureNotifications(stack, 'Notifications', {
    app: 'shop',
    cluster: clusterIn(stack),
    topic,
  })

  const template = Template.fromStack(stack)
  expect(notifications.topic).toBe(topic)
  template.resourceCountIs('AWS::SNS::Topic', 0)
  template.resourceCountIs('AWS::KMS::Key', 0)
  template.allResourcesProperties('AWS::Events::Rule', {
    Targets: [Match.objectLike({ Arn: topic.topicArn })],
  })
})

it('has nothing that cdk-nag finds', () => {
  const stack = defined({ emails: ['ops@example.com'] })

  expect(nagFindings(stack)).toEqual([])
})

function defined(props: Partial<FailureNotificationsProps> = {}): Stack {
  const stack = stackForTests()
  new FailureNotifications(stack, 'Notifications', { app: 'shop', cluster: clusterIn(stack), ...props })
  return stack
}

function clusterIn(stack: Stack): ecs.ICluster {
  return ecs.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: 'shop',
    vpc: networkForTests(stack),
  })
}
