import { Template, Match } from 'aws-cdk-lib/assertions'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { describe, expect, it } from 'vitest'
import { ScheduledProcess, type ScheduledProcessProps } from '../../lib/constructs/scheduled-process.ts'
import { nagFindings } from './support/nag-findings.ts'
import { worker } from './support/process-for-tests.ts'

const schedule = 'AWS::Scheduler::Schedule'
const family = {
  'Fn::Join': [
    '',
    ['arn:', { Ref: 'AWS::Partition' }, ':ecs:eu-west-1:111122223333:task-definition/shop-worker'],
  ],
}
const revisions = {
  'Fn::Join': [
    '',
    ['arn:', { Ref: 'AWS::Partition' }, ':ecs:eu-west-1:111122223333:task-definition/shop-worker:*'],
  ],
}

describe('a scheduled process', () => {
  it('runs its command with what is live: the release family without a revision', () => {
    const { template } = scheduled()

    template.hasResourceProperties(schedule, {
      Name: 'shop-nightly',
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Input: '{"containerOverrides":[{"name":"worker","command":["node","report.js"]}]}',
        EcsParameters: {
          TaskDefinitionArn: family,
          TaskCount: 1,
          CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }],
          NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
        },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: Match.absent(),
      },
    })
  })

  it('is in UTC unless it is said', () => {
    const { template } = scheduled({ timezone: undefined })

    template.hasResourceProperties(schedule, { ScheduleExpressionTimezone: 'UTC' })
  })

  it('may start tasks of that family in that cluster, and pass on the roles of the process, nothing else', () => {
    const { template, stack, process } = scheduled()

    const [role] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
      id.startsWith('Nightly'),
    )
    expect(role?.[1]['Properties'].Policies[0].PolicyDocument.Statement).toEqual([
      {
        Action: 'ecs:RunTask',
        Effect: 'Allow',
        Resource: [family, revisions],
        Condition: { ArnEquals: { 'ecs:cluster': stack.resolve(process.cluster.clusterArn) } },
      },
      {
        Action: 'iam:PassRole',
        Effect: 'Allow',
        Resource: process.roles.map(({ roleArn }) => stack.resolve(roleArn)),
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ])
  })

  it('is started by this account alone', () => {
    const { template } = scheduled()

    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
          },
        ],
      },
    })
  })

  it('puts starts that failed for an hour into a queue, if there is one', () => {
    const around = worker()
    const deadLetterQueue = new sqs.Queue(around.stack, 'Failed')

    const { template } = scheduled({ deadLetterQueue }, around)

    template.hasResourceProperties(schedule, { Target: { DeadLetterConfig: { Arn: Match.anyValue() } } })
  })

  it('shortens its name for EventBridge', () => {
    const { template } = scheduled({ name: 'n'.repeat(63) })

    const [{ Properties: { Name } } = { Properties: { Name: '' } }] = Object.values(
      template.findResources(schedule),
    )
    expect(Name).toMatch(/^shop-n+-[a-z0-9]{6}$/)
    expect(Name).toHaveLength(64)
  })

  it('refuses an empty command', () => {
    expect(() => scheduled({ command: [] })).toThrow(
      'the schedule "nightly" needs a command, got an empty list',
    )
  })

  it('has no opening that cdk-nag knows of', () => {
    const { construct } = scheduled()

    expect(nagFindings(construct)).toEqual([])
  })
})

function scheduled(props: Partial<ScheduledProcessProps> = {}, { stack, process } = worker()) {
  const construct = new ScheduledProcess(stack, 'Nightly', {
    app: 'shop',
    name: 'nightly',
    cluster: process.cluster,
    of: process,
    command: ['node', 'report.js'],
    schedule: 'cron(0 3 * * ? *)',
    timezone: 'Europe/Berlin',
    ...props,
  })
  return { construct, stack, process, template: Template.fromStack(stack) }
}
