import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import * as events from 'aws-cdk-lib/aws-events'
import * as targets from 'aws-cdk-lib/aws-events-targets'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as kms from 'aws-cdk-lib/aws-kms'
import * as sns from 'aws-cdk-lib/aws-sns'
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

export interface FailureNotificationsProps {
  /** The app in its environment: the cluster's name. */
  readonly app: string
  /** The cluster whose failures are told. */
  readonly cluster: ecs.ICluster
  /**
   * Where failures are told. A topic from elsewhere must let `events.amazonaws.com` publish, and `cloudwatch.amazonaws.com` for alarms.
   * @default - an encrypted topic of its own
   */
  readonly topic?: sns.ITopic
  /**
   * Who gets a mail for each; AWS asks every address once whether it wants them.
   * @default - nobody
   */
  readonly emails?: readonly string[]
}

/** Tells of failed deployments, of what ECS cannot do and of tasks that fail, by EventBridge and SNS. The app's alarms use its topic too. */
export class FailureNotifications extends Construct {
  readonly topic: sns.ITopic

  constructor(scope: Construct, id: string, props: FailureNotificationsProps) {
    super(scope, id)
    const { app, cluster, topic = this.defineTopic(app), emails = [] } = props

    this.topic = topic
    for (const email of emails) topic.addSubscription(new subscriptions.EmailSubscription(email))
    this.tellOfDeployments(app)
    this.tellOfServices(app, cluster)
    this.tellOfTasks(app, cluster)
  }

  private defineTopic(app: string): sns.Topic {
    const topic = new sns.Topic(this, 'Topic', {
      displayName: `tapit ${app}`.slice(0, 100),
      masterKey: this.defineKey(),
      enforceSSL: true,
    })
    // With a policy of its own, the topic has lost the one that let the account's alarms publish.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    return topic
  }

  /** SNS's own key cannot be opened to EventBridge and CloudWatch. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
  private defineKey(): kms.Key {
    const key = new kms.Key(this, 'Key', {
      description: 'Notifications of failures, on their way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: ['*'],
      }),
    )
    return key
  }

  /** These events name no cluster but in the ARN of the service. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
  private tellOfDeployments(app: string): void {
    const services = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'service',
      resourceName: `${app}/`,
    })
    this.tell('FailedDeployments', {
      pattern: {
        detailType: ['ECS Deployment State Change'],
        resources: events.Match.prefix(services),
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
      message: `${app}: a deployment failed: ${events.EventField.fromPath('$.resources[0]')} ${events.EventField.fromPath('$.detail.reason')} What happened: tapit -a ${app} show deploy`,
    })
  }

  /** Tasks that cannot be placed, started or configured. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html */
  private tellOfServices(app: string, cluster: ecs.ICluster): void {
    this.tell('ServiceTrouble', {
      pattern: {
        detailType: ['ECS Service Action'],
        detail: { clusterArn: [cluster.clusterArn], eventType: ['ERROR', 'WARN'] },
      },
      message: `${app}: ${events.EventField.fromPath('$.detail.eventName')} ${events.EventField.fromPath('$.resources[0]')} ${events.EventField.fromPath('$.detail.reason')} How it stands: tapit -a ${app} status`,
    })
  }

  /** Not those that a deployment, a person or a Spot interruption stopped, nor a command that ended well. */
  private tellOfTasks(app: string, cluster: ecs.ICluster): void {
    const stopped = { clusterArn: [cluster.clusterArn], lastStatus: ['STOPPED'] }
    const message = `${app}: a task failed: ${events.EventField.fromPath('$.detail.group')} ${events.EventField.fromPath('$.detail.stoppedReason')} ${events.EventField.fromPath('$.detail.taskArn')} Its log: tapit -a ${app} show logs`
    this.tell('TasksThatNeverStarted', {
      pattern: {
        detailType: ['ECS Task State Change'],
        detail: { ...stopped, stopCode: ['TaskFailedToStart'] },
      },
      message,
    })
    this.tell('TasksThatExited', {
      pattern: {
        detailType: ['ECS Task State Change'],
        detail: {
          ...stopped,
          stopCode: ['EssentialContainerExited'],
          containers: { exitCode: events.Match.anythingBut(0) },
        },
      },
      message,
    })
  }

  private tell(
    id: string,
    { pattern, message }: { pattern: events.EventPattern; message: string },
  ): events.Rule {
    return new events.Rule(this, id, {
      eventPattern: { source: ['aws.ecs'], ...pattern },
      targets: [new targets.SnsTopic(this.topic, { message: events.RuleTargetInput.fromText(message) })],
    })
  }
}
