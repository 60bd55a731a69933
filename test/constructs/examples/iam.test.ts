import { describe, expect, it } from 'vitest'
import { deployActions } from '../../../lib/constructs/deploy-actions.ts'
import { type CloudFormationTemplate, exampleStacks } from './support/examples.ts'
import { type Statement, statementsOf } from './support/policies.ts'

/** Actions that are allowed on `*`, each with why AWS leaves no other way. */
const anyResource: Readonly<Record<string, string>> = {
  'application-autoscaling:DescribeScalableTargets': 'AWS knows no resource for it',
  'ecr:GetAuthorizationToken': 'the token is of the whole registry',
  'ecs:DeregisterTaskDefinition': 'AWS knows no resource for it',
  'ecs:DescribeTaskDefinition': 'AWS knows no resource for it',
  'ecs:ListClusters': 'AWS knows no resource for it',
  'ecs:ListTaskDefinitions': 'AWS knows no resource for it',
  'ecs:ListServices': 'AWS knows no resource that Fargate has; no image may go that any cluster runs',
  'ecs:ListTasks': 'AWS knows no resource that Fargate has; no image may go that any cluster runs',
  'elasticloadbalancing:DescribeLoadBalancers': 'AWS knows no resource for it',
  'elasticloadbalancing:DescribeRules': 'AWS knows no resource for it',
  'elasticloadbalancing:DescribeTargetGroups': 'AWS knows no resource for it',
  'elasticloadbalancing:DescribeTargetHealth': 'AWS knows no resource for it',
}

/** In the policy of a key `*` is the key itself: what is allowed there, and why. */
const onTheKeyItself: Readonly<Record<string, string>> = {
  'kms:*': "the account's own administrators; without them nobody could ever change the key",
  'kms:Decrypt': 'EventBridge and CloudWatch, to publish to the encrypted topic',
  'kms:GenerateDataKey': 'EventBridge and CloudWatch, to publish to the encrypted topic',
  'kms:GenerateDataKey*': 'EventBridge, to publish to the encrypted topic',
}

/** Accounts whose roles may do something here. */
const accounts: Readonly<Record<string, string>> = {
  '111122223333': 'the account of examples/existing-vpc itself',
  '156460612806': 'the load balancers of eu-west-1, who write their access logs',
}

/** By the ends of their names: policies that AWS wrote, whose `*` nobody here can see. */
const managedPolicies: Readonly<Record<string, string>> = {
  AmazonECSInfrastructureRolePolicyForLoadBalancers:
    'ECS shifts traffic with it; AWS extends it as ECS learns other ways',
}

const all = exampleStacks.map(([stack, template]) => [stack, statementsOf(template)] as const)
const everyStatement = all.flatMap(([, statements]) => statements)

describe('the policies of the examples', () => {
  it('are found wherever they stand', () => {
    const kinds = new Set(everyStatement.map(({ of }) => of))

    expect([...kinds].toSorted()).toEqual([
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::KMS::Key',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::TopicPolicy',
    ])
  })

  it.each(all)('%s allows `*` as a resource for nothing that is not on the list', (_, statements) => {
    const loose = statements
      .filter(
        ({ effect, of, resources }) =>
          effect === 'Allow' && of !== 'AWS::KMS::Key' && resources.includes('*'),
      )
      .flatMap(({ id, actions }) => actions.map(action => [id, action] as const))
      .filter(([, action]) => anyResource[action] === undefined)

    expect(loose).toEqual([])
  })

  it.each(all)('%s allows no action with `*` but to a key’s own administrators', (_, statements) => {
    const loose = statements
      .filter(({ effect, of }) => effect === 'Allow' && of !== 'AWS::KMS::Key')
      .flatMap(({ id, actions }) => actions.map(action => `${id} ${action}`))
      .filter(action => action.includes('*'))
    const onKeys = statements
      .filter(({ effect, of }) => effect === 'Allow' && of === 'AWS::KMS::Key')
      .flatMap(({ actions }) => actions)
      .filter(action => onTheKeyItself[action] === undefined)

    expect([...loose, ...onKeys]).toEqual([])
  })

  it.each(all)(
    '%s allows everything by name: no NotAction, no NotResource, no NotPrincipal',
    (_, statements) => {
      expect(statements.filter(({ effect, negated }) => effect === 'Allow' && negated)).toEqual([])
    },
  )

  it.each(all)('%s trusts no principal that is everybody, and no other account', (_, statements) => {
    const principals = statements
      .filter(({ effect }) => effect === 'Allow')
      .map(({ principal }) => JSON.stringify(principal ?? ''))
    const strangers = principals
      .flatMap(principal => [...principal.matchAll(/:iam::(\d{12}):/g)])
      .map(([, account = '']) => account)
      .filter(account => accounts[account] === undefined)

    expect(principals.filter(principal => principal.includes('"*"'))).toEqual([])
    expect(strangers).toEqual([])
  })

  it('let CloudWatch publish for this account only', () => {
    const publishing = everyStatement
      .filter(
        ({ of, principal }) =>
          of === 'AWS::SNS::TopicPolicy' && JSON.stringify(principal).includes('cloudwatch.'),
      )
      .map(({ condition }) => JSON.stringify(condition))

    expect(publishing).toHaveLength(5)
    expect(publishing.filter(condition => !condition.includes('aws:SourceAccount'))).toEqual([])
  })

  it.each(exampleStacks)('%s attaches no policy of AWS that is not on the list', (_, template) => {
    const unknown = managedPoliciesOf(template).filter(
      policy => !Object.keys(managedPolicies).some(name => policy.endsWith(`:aws:policy/${name}"`)),
    )

    expect(unknown).toEqual([])
  })

  it('has no entry on its lists that nothing needs any more', () => {
    const onAnything = actionsOf(({ of, resources }) => of !== 'AWS::KMS::Key' && resources.includes('*'))
    const onKeys = actionsOf(({ of }) => of === 'AWS::KMS::Key')
    const attached = exampleStacks.flatMap(([, template]) => managedPoliciesOf(template))

    expect(Object.keys(anyResource).filter(action => !onAnything.includes(action))).toEqual([])
    expect(Object.keys(onTheKeyItself).filter(action => !onKeys.includes(action))).toEqual([])
    expect(
      Object.keys(managedPolicies).filter(
        name => !attached.some(policy => policy.endsWith(`:aws:policy/${name}"`)),
      ),
    ).toEqual([])
  })

  it('fences what it can: the deploy role’s `*` is what the library lists, all else names the app', () => {
    const role = statementsOf(templateOf('shop')).filter(({ id }) => /DeployRoleDefaultPolicy/.test(id))
    const fenced = role.filter(({ effect, resources }) => effect === 'Allow' && !resources.includes('*'))
    const loose = role.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions)

    expect(loose.toSorted()).toEqual([...deployActions.anywhere, ...deployActions.deregistering].toSorted())
    expect(fenced.length).toBeGreaterThan(8)
  })

  it('hands roles on to ECS only', () => {
    const passing = everyStatement.filter(({ actions }) => actions.includes('iam:PassRole'))
    const unfenced = passing.filter(
      ({ condition }) => !JSON.stringify(condition ?? '').includes('iam:PassedToService'),
    )

    expect(passing.length).toBeGreaterThan(0)
    expect(unfenced).toEqual([])
  })
})

function actionsOf(which: (statement: Statement) => boolean): readonly string[] {
  return everyStatement.filter(which).flatMap(({ actions }) => actions)
}

function managedPoliciesOf({ Resources }: CloudFormationTemplate): readonly string[] {
  return Object.values(Resources)
    .flatMap(
      ({ Properties = {} }) => (Properties['ManagedPolicyArns'] as readonly unknown[] | undefined) ?? [],
    )
    .map(arn => JSON.stringify(arn).replaceAll(/\]\]\}$/g, ''))
}

function templateOf(stack: string): CloudFormationTemplate {
  const found = exampleStacks.find(([name]) => name === stack)
  if (found === undefined) throw new Error(`there is no stack ${stack}`)
  return found[1]
}
