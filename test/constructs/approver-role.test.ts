import { type Stack } from 'aws-cdk-lib'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { approvalPartition, partition } from '../../lib/adapters/aws/record-keys.ts'
import { ApproverRole, type ApproverRoleProps } from '../../lib/constructs/approver-role.ts'
import { deployActions } from '../../lib/constructs/deploy-actions.ts'
import { Foundation } from '../../lib/constructs/foundation.ts'
import { nagFindings } from './support/nag-findings.ts'
import { networkForTests } from './support/network-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'

type Statement = {
  readonly Effect: string
  readonly Action?: string | readonly string[]
  readonly Condition?: { readonly 'ForAllValues:StringLike'?: object; readonly Null?: object }
}

const senior = 'arn:aws:iam::111122223333:role/people/senior'
const ada = 'arn:aws:iam::111122223333:user/ada'

describe('who assumes it', () => {
  it('is who is named: roles, and users in sessions of their own names', () => {
    const template = Template.fromStack(defined({ assumedBy: [senior, ada] }))

    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'tapit-approve-shop',
      AssumeRolePolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: senior } },
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: ada },
            Condition: { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } },
          },
        ],
      },
    })
  })

  it.each([
    '*',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:sts::111122223333:assumed-role/senior/ada',
    '111122223333',
  ])('refuses %o, which is nobody in particular', arn => {
    expect(() => defined({ assumedBy: [arn] })).toThrow(
      `'assumedBy' must be ARNs of IAM roles and users (arn:aws:iam::<account>:role/<name>), got '${arn}'`,
    )
  })

  it('refuses nobody, and the role that asks', () => {
    const asks = 'arn:aws:iam::111122223333:role/tapit-deploy-shop'

    expect(() => defined({ assumedBy: [] })).toThrow(
      "'assumedBy' must name who may approve deployments of shop, got nobody",
    )
    expect(() => defined({ assumedBy: [senior, asks] })).toThrow(
      `'assumedBy' must not name the role that asks for deployments of shop, got '${asks}'`,
    )
  })
})

describe('what it may do', () => {
  it('is what the CLI calls, and all of it', () => {
    const actions = allowing(defined()).flatMap(({ Action }) => Action ?? [])

    expect(actions.toSorted()).toEqual(Object.values(deployActions).flat().toSorted())
  })

  it('writes approvals under its own aws:userid only, which they end in', () => {
    const keys = leadingKeys('dynamodb:PutItem')

    expect(keys).toEqual([
      partition('shop', 'deployment'),
      partition('shop', 'group'),
      partition('shop', 'pointer'),
      partition('shop', 'lease'),
      approvalPartition('shop', '${aws:userid}'),
    ])
  })

  it('deletes leases only, and reads all of the app', () => {
    expect(leadingKeys('dynamodb:DeleteItem')).toEqual([partition('shop', 'lease')])
    expect(leadingKeys('dynamodb:Query')).toEqual(['shop#*'])
  })

  it('has nothing that cdk-nag finds', () => {
    expect(nagFindings(defined({ processes: ['default'] }))).toEqual([])
  })
})

function defined(props: Partial<ApproverRoleProps> = {}): Stack {
  const stack = stackForTests()
  new ApproverRole(stack, 'ApproverRole', {
    app: 'shop',
    assumedBy: [senior],
    table: Foundation.tableOf(stack, 'Records'),
    repositories: [ecr.Repository.fromRepositoryName(stack, 'Images', 'shop')],
    roles: [iam.Role.fromRoleArn(stack, 'Task', 'arn:aws:iam::111122223333:role/shop-task')],
    cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', {
      clusterName: 'shop',
      vpc: networkForTests(stack),
    }),
    ...props,
  })
  return stack
}

/** Of the one statement that allows it, which must also be refused where there is no key. */
function leadingKeys(action: string): unknown {
  const [statement, ...more] = allowing(defined()).filter(({ Action }) => [Action].flat().includes(action))
  expect(more).toEqual([])
  expect(statement?.Condition?.Null).toEqual({ 'dynamodb:LeadingKeys': 'false' })
  return Object.values(statement?.Condition?.['ForAllValues:StringLike'] ?? {})[0]
}

function allowing(stack: Stack): readonly Statement[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }): readonly Statement[] => Properties.PolicyDocument.Statement)
    .filter(({ Effect }) => Effect === 'Allow')
}
