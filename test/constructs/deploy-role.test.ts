import { type Stack } from 'aws-cdk-lib'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { deployActions } from '../../lib/constructs/deploy-actions.ts'
import { DeployRole, type DeployRoleProps } from '../../lib/constructs/deploy-role.ts'
import { Foundation } from '../../lib/constructs/foundation.ts'
import { nagFindings } from './support/nag-findings.ts'
import { networkForTests } from './support/network-for-tests.ts'
import { stackForTests } from './support/stack-for-tests.ts'

type Statement = {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: object
}

describe('who assumes it', () => {
  it('is a job of this repository in this environment, and nobody else', () => {
    const stack = defined({ app: 'shop-staging', environment: 'staging' })

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'tapit-deploy-shop-staging',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: Match.objectLike({ 'Fn::Join': Match.anyValue() }) },
            Condition: {
              StringEquals: {
                'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                'token.actions.githubusercontent.com:sub': 'repo:example-org/shop:environment:staging',
              },
            },
          },
        ],
      },
    })
  })

  it('is a job of a repository that GitHub names with its ids', () => {
    const stack = defined({ github: 'example-org@123456/shop@456789', environment: 'staging' })

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Condition: {
              StringEquals: Match.objectLike({
                'token.actions.githubusercontent.com:sub':
                  'repo:example-org@123456/shop@456789:environment:staging',
              }),
            },
          }),
        ],
      },
    })
  })

  it.each([
    'shop',
    '*',
    'example-org/*',
    'example-org/shop:ref',
    'example-org@1/shop',
    'example-org@*/shop@*',
  ])('refuses %o as a repository', github => {
    expect(() => defined({ github })).toThrow(
      `'github' must be a repository written as owner/name or owner@<id>/name@<id>, got '${github}'`,
    )
  })
})

describe('what it may do', () => {
  it('is what the CLI calls, and all of it', () => {
    const actions = allowing(defined()).flatMap(({ Action }) => Action ?? [])

    expect(actions.toSorted()).toEqual(Object.values(deployActions).flat().toSorted())
  })

  it('names `*` only for what AWS fences by nothing', () => {
    const everywhere = allowing(defined())
      .filter(({ Resource }) => [Resource].flat().includes('*'))
      .map(({ Action, Condition }) => ({ Action, Condition }))

    expect(everywhere).toEqual([
      { Action: 'ecs:DeregisterTaskDefinition', Condition: undefined },
      { Action: [...deployActions.anywhere], Condition: undefined },
    ])
  })

  it('changes services of this cluster only, not of shop-staging', () => {
    const stack = defined()

    expect(resourcesOf(stack, 'ecs:UpdateService')).toEqual([
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:service/shop/*',
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:service-deployment/shop/*',
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:service-revision/shop/*',
    ])
  })

  it('reads what all clusters run, since it may delete no image that another app runs', () => {
    const { Action, Resource } = statementOf(defined(), 'ecs:DescribeTasks')

    expect(Action).toEqual(['ecs:DescribeServices', 'ecs:DescribeTasks'])
    expect(Resource).toEqual([
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:service/*',
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task/*',
    ])
  })

  it('registers and tags revisions of the processes that are named, tagging only while registering', () => {
    const stack = defined({ processes: ['default', 'worker'] })

    const families = [
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task-definition/shop-default:*',
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task-definition/shop-worker:*',
      // Of one-off tasks: no process is called so.
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task-definition/shop-*-RUN:*',
    ]
    expect(resourcesOf(stack, 'ecs:RegisterTaskDefinition')).toEqual(families)
    expect(resourcesOf(stack, 'ecs:TagResource')).toEqual([
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task-definition/shop-*:*',
    ])
    expect(statementOf(stack, 'ecs:TagResource').Condition).toEqual({
      StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
    })
  })

  it('registers revisions below the app’s name where no processes are named', () => {
    expect(resourcesOf(defined(), 'ecs:RegisterTaskDefinition')).toEqual([
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task-definition/shop-*:*',
    ])
  })

  it('runs one-off tasks in this cluster only, and stops and enters only its tasks', () => {
    const stack = defined()

    const cluster = 'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:cluster/shop'
    expect(resourcesOf(stack, 'ecs:RunTask')).toEqual([
      'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task-definition/shop-*:*',
    ])
    expect(statementOf(stack, 'ecs:RunTask').Condition).toEqual({ ArnEquals: { 'ecs:cluster': cluster } })
    const ofTasks = [cluster, 'arn:<AWS::Partition>:ecs:eu-west-1:111122223333:task/shop/*']
    expect(resourcesOf(stack, 'ecs:StopTask')).toEqual(ofTasks)
    expect(resourcesOf(stack, 'ecs:ExecuteCommand')).toEqual(ofTasks)
  })

  it('passes the tasks’ roles, to ECS only', () => {
    const stack = defined()

    expect(resourcesOf(stack, 'iam:PassRole')).toEqual(['arn:aws:iam::111122223333:role/shop-task'])
    expect(statementOf(stack, 'iam:PassRole').Condition).toEqual({
      StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'] },
    })
  })

  it('passes no role and reaches no image where there is none', () => {
    const actions = allowing(defined({ roles: [], repositories: [] })).flatMap(({ Action }) => Action ?? [])

    expect(actions).not.toContain('iam:PassRole')
    expect(actions).not.toContain('ecr:PutImage')
  })

  it.each(['ecr:PutImage', 'ecr:BatchDeleteImage'])('has %s on the app’s repositories only', action => {
    expect(resourcesOf(defined(), action)).toEqual([
      'arn:<AWS::Partition>:ecr:eu-west-1:111122223333:repository/shop',
    ])
  })

  it('reads and writes items of this app only, by their partition key, which must be there', () => {
    const stack = defined()

    expect(resourcesOf(stack, 'dynamodb:PutItem')).toEqual([
      'arn:<AWS::Partition>:dynamodb:eu-west-1:111122223333:table/tapit',
    ])
    expect(statementOf(stack, 'dynamodb:PutItem').Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['shop#*'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    })
    expect(statementOf(stack, 'dynamodb:PutItem').Action).not.toContain('dynamodb:Scan')
  })

  it('reads the settings below the app', () => {
    expect(resourcesOf(defined(), 'ssm:GetParametersByPath')).toEqual([
      'arn:<AWS::Partition>:ssm:eu-west-1:111122223333:parameter/tapit/shop/*',
    ])
  })

  it('appends to the audit, and is denied everything else there', () => {
    const stack = defined()

    const audit = 'arn:<AWS::Partition>:logs:eu-west-1:111122223333:log-group:/tapit/shop/audit'
    expect(resourcesOf(stack, 'logs:PutLogEvents')).toContain(`${audit}:*`)
    expect(statementsOf(stack).filter(({ Effect }) => Effect === 'Deny')).toEqual([
      { Effect: 'Deny', NotAction: [...deployActions.appending], Resource: [audit, `${audit}:*`] },
    ])
  })

  it('fits into IAM’s 10,240 characters with ten processes', () => {
    const processes = Array.from({ length: 10 }, (_, index) => `recommendations-${index}`)

    const sizes = policySizes(defined({ app: 'customer-facing-shop', processes }))

    expect(sizes.managed).toEqual([])
    expect(sizes.inline).toBeLessThan(10_240)
  })

  it('refuses what no role can hold', () => {
    const { app, processes } = longest(300)

    expect(() => defined({ app, processes })).toThrow(
      /^what the role of .*DeployRole may do takes \d+ managed policies, and a role can have 10: split the app in two/,
    )
  })

  it('goes on in managed policies of 6,144 characters each with forty processes, ten of them at most', () => {
    const stack = stackForTests()
    const { app, processes } = longest(40)
    // Each process has a task and an execution role, named by the CDK in 64 characters.
    const roles = Array.from({ length: 80 }, (_, index) =>
      iam.Role.fromRoleArn(
        stack,
        `Role${index}`,
        `arn:aws:iam::111122223333:role/${'r'.repeat(62)}${10 + index}`,
      ),
    )

    const sizes = policySizes(defined({ app, processes, roles }, stack))

    expect(sizes.inline).toBeLessThan(10_240)
    expect(sizes.managed.length).toBeGreaterThan(0)
    expect(sizes.managed.length).toBeLessThanOrEqual(10)
    expect(Math.max(...sizes.managed)).toBeLessThanOrEqual(6_144)
  })

  it('has nothing that cdk-nag finds, in managed policies either', () => {
    expect(nagFindings(defined({ processes: ['default'] }))).toEqual([])
    expect(nagFindings(defined(longest(40)))).toEqual([])
  })
})

describe('what it may read of the apps that it promotes from', () => {
  const promotesFrom = [{ app: 'shop-staging' }, { app: 'shop-eu', region: 'eu-central-1' }]
  const stack = defined({ promotesFrom })

  it('is their items, fenced by their partition keys, and writes none', () => {
    const reading = allowing(stack).filter(({ Condition }) =>
      JSON.stringify(Condition ?? '').includes('shop-staging#*'),
    )

    expect(reading).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        Resource: 'arn:<AWS::Partition>:dynamodb:eu-west-1:111122223333:table/tapit',
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['shop-staging#*'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      },
    ])
  })

  it('is their cluster, services and images, in their region, and changes none', () => {
    const of = (text: string): readonly string[] =>
      allowing(stack)
        .filter(({ Resource }) => [Resource].flat().some(arn => arn.includes(text)))
        .flatMap(({ Action = [] }) => Action)

    expect(of(':eu-central-1:111122223333:cluster/shop-eu')).toEqual(['ecs:DescribeClusters'])
    expect(of(':eu-central-1:111122223333:service/shop-eu/*')).toEqual([
      ...deployActions.lookingAround,
      ...deployActions.seeingServices,
    ])
    expect(of(':eu-west-1:111122223333:repository/shop-staging')).toEqual([...deployActions.readingImages])
    expect(of(':eu-central-1:111122223333:table/tapit')).toEqual([...deployActions.readingRecords])
  })

  it('has nothing that cdk-nag finds', () => {
    expect(nagFindings(defined({ promotesFrom }))).toEqual([])
  })
})

describe('where deployments are enforced', () => {
  const stack = defined({ enforced: true, processes: ['default'] })

  it.each([
    'application-autoscaling:RegisterScalableTarget',
    'dynamodb:DeleteItem',
    'ecr:BatchDeleteImage',
    'ecs:ContinueServiceDeployment',
    'ecs:DeregisterTaskDefinition',
    'ecs:ExecuteCommand',
    'ecs:RegisterTaskDefinition',
    'ecs:RunTask',
    'ecs:StopServiceDeployment',
    'ecs:StopTask',
    'ecs:TagResource',
    'ecs:UpdateService',
    'iam:PassRole',
  ])('has no %s', action => {
    const actions = allowing(stack).flatMap(({ Action }) => Action ?? [])

    expect(actions).not.toContain(action)
  })

  it('has all else that a deploy role has: it asks, and sees what becomes of it', () => {
    const { deregistering, onServices, running, onTasks, registering, tagging, ...others } = deployActions
    const { passing, scaling, deletingImages, deletingRecords, ...left } = others
    const changing = [deregistering, onServices, running, onTasks, registering, tagging, passing]
    const actions = allowing(stack).flatMap(({ Action }) => Action ?? [])

    expect(actions.toSorted()).toEqual(Object.values(left).flat().toSorted())
    expect([...changing, scaling, deletingImages, deletingRecords].flat()).toHaveLength(13)
  })

  it('records deployments, and neither approvals nor the leases that a deployment begins with', () => {
    expect(resourcesOf(stack, 'dynamodb:PutItem')).toEqual([
      'arn:<AWS::Partition>:dynamodb:eu-west-1:111122223333:table/tapit',
    ])
    expect(statementOf(stack, 'dynamodb:PutItem').Action).toEqual('dynamodb:PutItem')
    expect(statementOf(stack, 'dynamodb:PutItem').Condition).toEqual({
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': ['shop#deployment', 'shop#group', 'shop#pointer'],
      },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    })
  })

  it('has nothing that cdk-nag finds', () => {
    expect(nagFindings(defined({ enforced: true, processes: ['default'] }))).toEqual([])
  })
})

function defined(props: Partial<DeployRoleProps> = {}, stack: Stack = stackForTests()): Stack {
  const { app = 'shop' } = props
  new DeployRole(stack, 'DeployRole', {
    app,
    environment: 'production',
    github: 'example-org/shop',
    provider: Foundation.githubProviderOf(stack, 'GithubProvider'),
    table: Foundation.tableOf(stack, 'Records'),
    repositories: [ecr.Repository.fromRepositoryName(stack, 'Images', 'shop')],
    roles: [iam.Role.fromRoleArn(stack, 'Task', 'arn:aws:iam::111122223333:role/shop-task')],
    cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', {
      clusterName: app,
      vpc: networkForTests(stack),
    }),
    ...props,
  })
  return stack
}

/** Names as long as tapit.yml lets them be. */
function longest(processes: number): { readonly app: string; readonly processes: readonly string[] } {
  return {
    app: `${'a'.repeat(63)}-${'e'.repeat(63)}`,
    processes: Array.from({ length: processes }, (_, index) => `${'p'.repeat(60)}${100 + index}`),
  }
}

function policySizes(stack: Stack): { readonly inline: number; readonly managed: readonly number[] } {
  const sizesOf = (type: string): readonly number[] =>
    Object.values(Template.fromStack(stack).findResources(type)).map(
      ({ Properties }) =>
        JSON.stringify(
          JSON.parse(JSON.stringify(Properties.PolicyDocument), (_, value: unknown) => joined(value)),
        ).length,
    )
  const inline = sizesOf('AWS::IAM::Policy').reduce((sum, size) => sum + size, 0)
  return { inline, managed: sizesOf('AWS::IAM::ManagedPolicy') }
}

function statementOf(stack: Stack, action: string): Statement {
  const [statement, ...more] = allowing(stack).filter(({ Action }) => [Action].flat().includes(action))
  if (statement === undefined || more.length > 0)
    throw new Error(`${action} is allowed by ${more.length + (statement ? 1 : 0)} statements, not by one`)
  return statement
}

function resourcesOf(stack: Stack, action: string): readonly string[] {
  return [statementOf(stack, action).Resource].flat()
}

function allowing(stack: Stack): readonly Statement[] {
  return statementsOf(stack).filter(({ Effect }) => Effect === 'Allow')
}

/** With ARNs as text: `arn:<AWS::Partition>:…`. */
function statementsOf(stack: Stack): readonly Statement[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }): readonly Statement[] =>
      JSON.parse(JSON.stringify(Properties.PolicyDocument.Statement), (_, value: unknown) => joined(value)),
  )
}

function joined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('Ref' in value) return `<${String(value.Ref)}>`
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) return value['Fn::Join'][1].join('')
  return value
}
