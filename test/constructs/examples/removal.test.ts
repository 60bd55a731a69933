import { describe, expect, it } from 'vitest'
import { exampleStacks } from './support/examples.ts'

/** What outlives its stack, whatever deletes it. */
const kept: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'the history, the locks and the approvals of every app',
  'AWS::ECR::Repository': 'images, which are what can be rolled back to',
  'AWS::IAM::OIDCProvider': 'the account has one, and other roles may trust it',
  'AWS::Logs::LogGroup': 'runtime logs, the logs of deployments, the audit',
  'AWS::S3::Bucket': 'access logs',
}

/** What is made anew under another name instead, and the provider, which has none. */
const unnamed = ['AccessLogs', 'FlowLogs', 'GithubProvider']

const resources = exampleStacks.flatMap(([stack, { Resources }]) =>
  Object.entries(Resources).map(([id, resource]) => ({ stack, id, ...resource })),
)

describe('removing a stack', () => {
  it('keeps history, images and logs, and nothing else', () => {
    const retained = resources
      .filter(({ DeletionPolicy }) => DeletionPolicy === 'RetainExceptOnCreate')
      .map(({ Type }) => Type)

    expect([...new Set(retained)].toSorted()).toEqual(Object.keys(kept))
  })

  it('keeps all of them, when they are replaced too', () => {
    const lost = resources
      .filter(({ Type }) => kept[Type] !== undefined)
      .filter(
        ({ DeletionPolicy, UpdateReplacePolicy }) =>
          DeletionPolicy !== 'RetainExceptOnCreate' || UpdateReplacePolicy !== 'Retain',
      )
      .map(({ stack, id }) => `${stack} ${id}`)

    expect(lost).toEqual([])
  })

  it('leaves what `cdk deploy --import-existing-resources` takes back: it has a name that is plain text', () => {
    const names = resources
      .filter(({ Type, id }) => kept[Type] !== undefined && !unnamed.some(part => id.includes(part)))
      .map(
        ({ Properties = {} }) =>
          Properties['LogGroupName'] ?? Properties['RepositoryName'] ?? Properties['TableName'],
      )

    expect(names.length).toBeGreaterThan(20)
    expect(names.filter(name => typeof name !== 'string')).toEqual([])
  })

  it('does not happen by mistake: stacks, the table and the load balancer are protected', () => {
    const table = resources.find(({ Type }) => Type === 'AWS::DynamoDB::Table')
    const loadBalancers = resources.filter(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer')

    expect(table?.Properties).toMatchObject({ DeletionProtectionEnabled: true })
    expect(loadBalancers).toHaveLength(5)
    for (const { Properties } of loadBalancers) {
      expect(Properties?.['LoadBalancerAttributes']).toContainEqual({
        Key: 'deletion_protection.enabled',
        Value: 'true',
      })
    }
  })
})
