import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { Foundation } from '../../lib/constructs/foundation.ts'
import { nagFindings } from './support/nag-findings.ts'
import { stackForTests } from './support/stack-for-tests.ts'

it('makes the table that the CLI expects, recoverable to any second and hard to delete', () => {
  const stack = stackForTests()

  new Foundation(stack, 'Foundation')

  Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      TableName: 'tapit',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      ProvisionedThroughput: Match.absent(),
      GlobalSecondaryIndexes: Match.absent(),
    },
  })
})

it('makes GitHub’s provider for the audience of AWS, without thumbprints, and keeps it', () => {
  const stack = stackForTests()

  new Foundation(stack, 'Foundation')

  Template.fromStack(stack).hasResource('AWS::IAM::OIDCProvider', {
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: {
      Url: 'https://token.actions.githubusercontent.com',
      ClientIdList: ['sts.amazonaws.com'],
      ThumbprintList: Match.absent(),
    },
  })
})

it('leaves the provider alone where the account has it already, and knows it by its ARN', () => {
  const stack = stackForTests()

  const { githubProvider } = new Foundation(stack, 'Foundation', { githubProvider: 'existing' })

  Template.fromStack(stack).resourceCountIs('AWS::IAM::OIDCProvider', 0)
  expect(stack.resolve(githubProvider.openIdConnectProviderArn)).toEqual({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
      ],
    ],
  })
})

it('can be thrown away where that is asked for', () => {
  const stack = stackForTests()

  new Foundation(stack, 'Foundation', { removalPolicy: RemovalPolicy.DESTROY })

  Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  })
})

it('is found by name from another stack, which then depends on nothing', () => {
  const foundation = stackForTests('Foundation')
  new Foundation(foundation, 'Foundation')
  const app = new Stack(foundation.node.root, 'App', {
    env: { account: '111122223333', region: 'eu-west-1' },
  })

  const table = Foundation.tableOf(app, 'Records')
  const provider = Foundation.githubProviderOf(app, 'GithubProvider')

  expect(table.tableName).toBe('tapit')
  expect(app.resolve(provider.openIdConnectProviderArn)).not.toHaveProperty('Fn::ImportValue')
  expect(app.dependencies).toEqual([])
})

it('has nothing that cdk-nag finds', () => {
  const stack = stackForTests()

  new Foundation(stack, 'Foundation')

  expect(nagFindings(stack)).toEqual([])
})
