import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeChangeSetCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation'
import {
  type Action,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  RuleNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { awsStacks } from '../../lib/adapters/aws/stacks.ts'
import { awsListenerRules } from '../../lib/adapters/aws/targets.ts'

const region = 'eu-west-1'
const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } })

describe('stacks', () => {
  const mock = mockClient(CloudFormationClient)
  const stacks = awsStacks(new CloudFormationClient({ region }))
  beforeEach(() => {
    mock.reset()
  })

  it('have the template that they were deployed with, as it was written', async () => {
    mock.on(GetTemplateCommand, { StackName: 'shop', TemplateStage: 'Original' }).resolves({ TemplateBody })

    expect((await stacks.deployed('shop'))?.resources).toEqual(
      new Map([['Topic', { type: 'AWS::SNS::Topic', properties: {} }]]),
    )
  })

  it('have none before their first change set is executed, nor when there is no such stack', async () => {
    mock
      .on(GetTemplateCommand)
      .resolvesOnce({ TemplateBody: '' })
      .rejectsOnce(refusal('Stack with id shop does not exist'))

    expect(await stacks.deployed('shop')).toBeUndefined()
    expect(await stacks.deployed('shop')).toBeUndefined()
  })

  it('fail for any other reason', async () => {
    mock.on(GetTemplateCommand).rejects(refusal('1 validation error detected'))

    await expect(stacks.deployed('shop')).rejects.toThrow(/1 validation error/)
  })

  it('name their resources on all pages, since the first has a hundred', async () => {
    mock
      .on(ListStackResourcesCommand, { StackName: 'shop', NextToken: undefined })
      .resolves({ StackResourceSummaries: [resource('One', '1')], NextToken: '2' })
    mock
      .on(ListStackResourcesCommand, { StackName: 'shop', NextToken: '2' })
      .resolves({ StackResourceSummaries: [resource('Two', '2'), resource('Planned', undefined)] })

    expect(await stacks.physicalIds('shop')).toEqual(
      new Map([
        ['One', '1'],
        ['Two', '2'],
      ]),
    )
  })

  it('say what a change set touches on all of its pages', async () => {
    const of = { StackName: 'shop', ChangeSetName: 'mine' }
    mock.on(GetTemplateCommand, of).resolves({ TemplateBody })
    mock
      .on(DescribeChangeSetCommand, { ...of, NextToken: undefined })
      .resolves({ Changes: [{ ResourceChange: { LogicalResourceId: 'One' } }], NextToken: '2' })
    mock
      .on(DescribeChangeSetCommand, { ...of, NextToken: '2' })
      .resolves({ Changes: [{ ResourceChange: { LogicalResourceId: 'Two' } }] })

    const { template, touched } = await stacks.changeSet('shop', 'mine')

    expect([...template.resources.keys()]).toEqual(['Topic'])
    expect(touched).toEqual(new Set(['One', 'Two']))
  })
})

describe('listener rules', () => {
  const mock = mockClient(ElasticLoadBalancingV2Client)
  const rules = awsListenerRules(new ElasticLoadBalancingV2Client({ region }))
  beforeEach(() => {
    mock.reset()
  })

  it('have weights, one where none is said, and all for a single target group', async () => {
    answer('weighted', {
      Type: 'forward',
      ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'blue', Weight: 0 }, { TargetGroupArn: 'green' }] },
    })
    answer('single', { Type: 'forward', TargetGroupArn: 'blue' })
    answer('fixed', { Type: 'fixed-response' })

    expect(await rules.live(['weighted', 'single', 'fixed'])).toEqual([
      {
        arn: 'weighted',
        weights: [
          { targetGroup: 'blue', weight: 0 },
          { targetGroup: 'green', weight: 1 },
        ],
      },
      { arn: 'single', weights: [{ targetGroup: 'blue', weight: 1 }] },
      { arn: 'fixed', weights: [] },
    ])
  })

  it('leave out those that are gone, and keep the others', async () => {
    answer('there', { Type: 'forward', TargetGroupArn: 'blue' })
    mock
      .on(DescribeRulesCommand, { RuleArns: ['gone'] })
      .rejects(new RuleNotFoundException({ message: 'no', $metadata: {} }))

    expect((await rules.live(['gone', 'there'])).map(({ arn }) => arn)).toEqual(['there'])
  })

  it('are not asked for where there are none: ELB would answer with all', async () => {
    expect(await rules.live([])).toEqual([])
    expect(mock.calls()).toHaveLength(0)
  })

  function answer(arn: string, action: Action): void {
    mock
      .on(DescribeRulesCommand, { RuleArns: [arn] })
      .resolves({ Rules: [{ RuleArn: arn, Actions: [action] }] })
  }
})

function refusal(message: string): CloudFormationServiceException {
  return new CloudFormationServiceException({
    name: 'ValidationError',
    $fault: 'client',
    message,
    $metadata: {},
  })
}

function resource(LogicalResourceId: string, PhysicalResourceId: string | undefined) {
  return {
    LogicalResourceId,
    PhysicalResourceId,
    ResourceType: 'AWS::SNS::Topic',
    LastUpdatedTimestamp: new Date(0),
    ResourceStatus: 'CREATE_COMPLETE' as const,
  }
}
