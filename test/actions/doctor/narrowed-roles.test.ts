import { describe, expect, it } from 'vitest'
import { narrowedRoles } from '../../../lib/actions/doctor/narrowed-roles.ts'
import { readTemplate, type Template } from '../../../lib/actions/doctor/template.ts'

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>

const parameter = (name: string) => ({
  'Fn::Join': [
    '',
    ['arn:', { Ref: 'AWS::Partition' }, ':ssm:eu-west-1:', { Ref: 'AWS::AccountId' }, `:parameter/${name}`],
  ],
})
const allow = (action: unknown, resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
})
const policy = (role: string, ...statements: readonly object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: { Statement: statements }, Roles: [{ Ref: role }] },
})
const role = (more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
      ],
    },
    ...more,
  },
})
const readsUrl = allow(['ssm:GetParameters', 'ssm:GetParameter'], parameter('shop/url'))
const pulls = allow('ecr:BatchGetImage', { 'Fn::GetAtt': ['Images', 'Arn'] })
const reports = allow('s3:GetObject', 'arn:aws:s3:::reports/*')

const shop: Resources = {
  Service: {
    Type: 'AWS::ECS::Service',
    Properties: {
      ServiceName: 'web',
      Tags: [
        { Key: 'tapit:process', Value: 'web' },
        { Key: 'tapit:template', Value: 'shop-web-template' },
      ],
    },
  },
  Definition: {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      Family: 'shop-web-template',
      ContainerDefinitions: [{ Name: 'web' }],
      ExecutionRoleArn: { 'Fn::GetAtt': ['Execution', 'Arn'] },
      TaskRoleArn: { 'Fn::GetAtt': ['Task', 'Arn'] },
    },
  },
  Execution: role(),
  Task: role(),
  Other: role(),
  ExecutionPolicy: policy('Execution', readsUrl, pulls),
  TaskPolicy: policy('Task', reports),
  OtherPolicy: policy('Other', reports),
}

const template = (resources: Resources): Template =>
  readTemplate(JSON.stringify({ Resources: resources }), 'a test')

const without = (...ids: readonly string[]): Resources =>
  Object.fromEntries(Object.entries(shop).filter(([id]) => !ids.includes(id)))

const narrowed = (next: Resources, deployed: Resources = shop) =>
  narrowedRoles({
    stack: 'shop',
    deployed: template(deployed),
    next: template(next),
    physicalIds: new Map([['Images', 'shop/web']]),
  })

const execution = (...lost: readonly object[]) => [
  { is: 'grants_removed', process: 'web', role: 'execution', lost },
]
const task = (...lost: readonly object[]) => [{ is: 'grants_removed', process: 'web', role: 'task', lost }]

const urlLost = { actions: ['ssm:GetParameters', 'ssm:GetParameter'], resource: 'parameter/shop/url' }
const reportsLost = { actions: ['s3:GetObject'], resource: 'reports/*' }
const beingTakenOn = { actions: ['sts:AssumeRole'], resource: 'ecs-tasks.amazonaws.com' }

describe('a role of a process', () => {
  it.each<{ readonly fact: string; readonly next: Resources; readonly lost: readonly object[] }>([
    {
      fact: 'a secret that is read from elsewhere',
      next: {
        ...shop,
        ExecutionPolicy: policy('Execution', pulls, {
          ...readsUrl,
          Resource: parameter('shop/database-url'),
        }),
      },
      lost: execution(urlLost),
    },
    {
      fact: 'another repository',
      next: {
        ...shop,
        ExecutionPolicy: policy('Execution', readsUrl, {
          ...pulls,
          Resource: { 'Fn::GetAtt': ['Images2', 'Arn'] },
        }),
      },
      lost: execution({ actions: ['ecr:BatchGetImage'], resource: 'shop/web' }),
    },
    { fact: 'a policy that goes', next: without('TaskPolicy'), lost: task(reportsLost) },
    {
      fact: 'a policy that moves to another role',
      next: { ...shop, TaskPolicy: policy('Other', reports) },
      lost: task(reportsLost),
    },
    {
      fact: 'a condition',
      next: { ...shop, TaskPolicy: policy('Task', { ...reports, Condition: { Bool: { x: 'true' } } }) },
      lost: task(reportsLost),
    },
    { fact: 'the role itself', next: without('Task', 'TaskPolicy'), lost: task(beingTakenOn, reportsLost) },
    {
      fact: 'one action of two',
      next: {
        ...shop,
        ExecutionPolicy: policy('Execution', pulls, { ...readsUrl, Action: 'ssm:GetParameters' }),
      },
      lost: execution({ ...urlLost, actions: ['ssm:GetParameter'] }),
    },
  ])('is narrowed by $fact', ({ next, lost }) => {
    expect(narrowed(next)).toEqual(lost)
  })

  it.each<{ readonly fact: string; readonly next: Resources }>([
    { fact: 'nothing changes', next: shop },
    {
      fact: 'a grant comes',
      next: { ...shop, ExecutionPolicy: policy('Execution', pulls, readsUrl, allow('kms:Decrypt', '*')) },
    },
    {
      fact: 'statements are put together in another way',
      next: {
        ...shop,
        ExecutionPolicy: policy(
          'Execution',
          pulls,
          allow('ssm:GetParameter', [parameter('shop/new'), parameter('shop/url')]),
          allow(['ssm:GetParameters'], [parameter('shop/url')]),
        ),
      },
    },
    {
      fact: 'a grant moves into another policy of the role',
      next: { ...without('TaskPolicy'), Another: policy('Task', reports) },
    },
    {
      fact: 'a grant moves into the role',
      next: {
        ...without('TaskPolicy'),
        Task: role({ Policies: [{ PolicyName: 'own', PolicyDocument: { Statement: reports } }] }),
      },
    },
    {
      fact: 'a grant moves into a managed policy',
      next: {
        ...shop,
        Task: role({ ManagedPolicyArns: [{ Ref: 'TaskPolicy' }] }),
        TaskPolicy: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { PolicyDocument: { Statement: [reports] } },
        },
      },
    },
    {
      fact: 'a wider grant comes in its place',
      next: { ...shop, TaskPolicy: policy('Task', allow('S3:Get*', 'arn:aws:s3:::report?/*')) },
    },
    { fact: 'it is not one of a process', next: without('OtherPolicy') },
    {
      fact: 'its process goes, too',
      next: without('Service', 'Definition', 'Execution', 'Task', 'ExecutionPolicy', 'TaskPolicy'),
    },
  ])('is not narrowed where $fact', ({ next }) => {
    expect(narrowed(next)).toEqual([])
  })

  it('is narrowed when a condition goes for another one, and not when it goes', () => {
    const onlyIf = (name: string): Resources => ({
      ...shop,
      TaskPolicy: policy('Task', { ...reports, Condition: { Bool: { [name]: 'true' } } }),
    })

    expect(narrowed(onlyIf('two'), onlyIf('one'))).toEqual(task(reportsLost))
    expect(narrowed(shop, onlyIf('one'))).toEqual([])
  })

  it("loses all that a managed policy of AWS's allows", () => {
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/ReadOnlyAccess']] }
    const withPolicy = { ...shop, Task: role({ ManagedPolicyArns: [arn] }) }

    expect(narrowed(shop, withPolicy)).toEqual(task({ actions: [], resource: 'policy/ReadOnlyAccess' }))
    expect(narrowed(withPolicy, withPolicy)).toEqual([])
  })
})
