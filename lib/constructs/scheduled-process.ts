import { Duration, Stack } from 'aws-cdk-lib'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as scheduler from 'aws-cdk-lib/aws-scheduler'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { releaseFamily } from '../names/aws.ts'
import { shortName } from '../names/short-name.ts'
import { acceptWildcards } from './accept-wildcards.ts'
import type { ProcessService } from './process-service.ts'

export interface ScheduledProcessProps {
  /** The app in its environment. */
  readonly app: string
  /** What the schedule is called. */
  readonly name: string
  /** The cluster of the process. */
  readonly cluster: ecs.ICluster
  /** The process whose live image, settings and network the command runs with. */
  readonly of: ProcessService
  /** What is run instead of the process's own command. */
  readonly command: string[]
  /** `cron(minutes hours day-of-month month day-of-week year)`, or `rate(1 hour)`. */
  readonly schedule: string
  /**
   * Of a cron schedule.
   *
   * @default 'UTC'
   */
  readonly timezone?: string
  /**
   * Where starts go that failed for an hour.
   *
   * @default - they are dropped, and counted as InvocationDroppedCount in AWS/Scheduler
   */
  readonly deadLetterQueue?: sqs.IQueue
}

const nameLimit = 64
const descriptionLimit = 512

/** When capacity is short for a moment; what is an hour late has missed its turn. */
const retryPolicy = { maximumRetryAttempts: 5, maximumEventAgeInSeconds: Duration.hours(1).toSeconds() }

/**
 * A command on a schedule, in a task of its own, with the newest revision of the process: what is live, the candidate while a
 * deployment is on its way, and before the first one the placeholder, in which the command fails.
 */
export class ScheduledProcess extends Construct {
  readonly schedule: scheduler.CfnSchedule
  /** What the scheduler starts the task as. */
  readonly role: iam.Role

  constructor(scope: Construct, id: string, props: ScheduledProcessProps) {
    super(scope, id)
    const { app, name, of, command, deadLetterQueue } = props
    if (command.length === 0) throw new Error(`the schedule "${name}" needs a command, got an empty list`)
    // Without a revision it is the newest of the release family: what is live, or the candidate while a deployment is on its way.
    const family = Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task-definition',
      resourceName: releaseFamily(app, of.process),
    })
    this.role = this.defineRole(family, props)
    deadLetterQueue?.grantSendMessages(this.role)
    this.schedule = this.defineSchedule(family, props)
  }

  private defineRole(family: string, { cluster, of }: ScheduledProcessProps): iam.Role {
    const revisions = [family, `${family}:*`]
    const role = new iam.Role(this, 'Role', {
      description: `Starts scheduled tasks of ${of.process}`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      // In the role itself: a schedule that is made before its role may do something fails its first time.
      inlinePolicies: {
        start: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['ecs:RunTask'],
              resources: revisions,
              conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
            }),
            new iam.PolicyStatement({
              actions: ['iam:PassRole'],
              resources: of.roles.map(({ roleArn }) => roleArn),
              conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
            }),
          ],
        }),
      },
    })
    acceptWildcards(role, revisions, 'The revision that is live changes with each deployment.')
    return role
  }

  private defineSchedule(
    family: string,
    { app, name, cluster, of, command, schedule, timezone = 'UTC', deadLetterQueue }: ScheduledProcessProps,
  ): scheduler.CfnSchedule {
    return new scheduler.CfnSchedule(this, 'Schedule', {
      name: shortName([app, name], nameLimit),
      description: `Runs ${command.join(' ')} with the live image of ${of.process}`.slice(
        0,
        descriptionLimit,
      ),
      scheduleExpression: schedule,
      scheduleExpressionTimezone: timezone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: cluster.clusterArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify({ containerOverrides: [{ name: of.process, command }] }),
        ecsParameters: {
          taskDefinitionArn: family,
          taskCount: 1,
          group: `schedule:${name}`,
          capacityProviderStrategy: [...of.capacityProviderStrategies],
          networkConfiguration: {
            awsvpcConfiguration: {
              assignPublicIp: 'DISABLED',
              subnets: of.subnets.subnetIds,
              securityGroups: of.securityGroups.map(({ securityGroupId }) => securityGroupId),
            },
          },
        },
        retryPolicy,
        deadLetterConfig: deadLetterQueue && { arn: deadLetterQueue.queueArn },
      },
    })
  }
}
