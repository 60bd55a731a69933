import { App, type Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../lib/config/read-config.ts'
import { defineStacks } from '../../lib/constructs/patterns/define-stacks.ts'

describe('the stacks of a tapit.yml', () => {
  it('are one for each environment and a foundation that they wait for', () => {
    const stacks = stacksOf('environments: { staging:, production: }')

    expect(stacks.map(({ stackName }) => stackName)).toEqual(['tapit-foundation', 'shop-staging', 'shop'])
    expect(stacks.slice(1).map(({ dependencies }) => dependencies)).toEqual([[stacks[0]], [stacks[0]]])
  })

  it('have a foundation for each region, of which only the first makes the provider of the account', () => {
    const stacks = stacksOf('environments: { staging: { region: us-east-1 }, production: }')
    const [first, second] = stacks.filter(({ stackName }) => stackName === 'tapit-foundation')

    expect(providersIn(first)).toBe(1)
    expect(providersIn(second)).toBe(0)
  })

  it('may have one name in two accounts', () => {
    const stacks = stacksOf(
      'environments: { production: { account: "111122223333" }, test: { account: "444455556666", cluster: shop } }',
    )

    expect(stacks.map(({ node, stackName }) => [node.id, stackName])).toEqual([
      ['tapit-foundation', 'tapit-foundation'],
      ['tapit-foundation-2', 'tapit-foundation'],
      ['shop', 'shop'],
      ['shop-test', 'shop'],
    ])
  })

  it('have a role of approvers where deployments are enforced, and a deploy role that only asks', () => {
    const assumedBy = 'approverRole: { assumedBy: ["arn:aws:iam::111122223333:role/senior"] }'
    const [, staging, production] = stacksOf(
      `github: example-org/shop\nenvironments: { staging:, production: { enforced: true, promotesFrom: [staging], ${assumedBy} } }\npolicies: [{ name: yes, effect: require_approval, environments: [production], approvers: ["*:role/tapit-approve-shop"] }]`,
    )

    expect(rolesThat('ecs:UpdateService', production)).toEqual(['tapit-approve-shop'])
    expect(rolesThat('dynamodb:PutItem', production)).toEqual(['tapit-deploy-shop', 'tapit-approve-shop'])
    expect(rolesThat('ecs:UpdateService', staging)).toEqual(['tapit-deploy-shop-staging'])
    expect(rolesThat('shop-staging#*', production)).toEqual(['tapit-deploy-shop', 'tapit-approve-shop'])
  })

  it('need no look-up of zones: they can be synthesized without credentials', () => {
    const app = new App()
    defineStacks(app, parseConfig(lines('environments: { production: }'), 'tapit.yml'), {
      CDK_DEFAULT_ACCOUNT: '111122223333',
    })

    expect(app.synth().manifest.missing).toBeUndefined()
  })

  it('are refused without a region', () => {
    const config = parseConfig('app: shop\nprocesses:\n  default:\n', 'tapit.yml')

    expect(() => defineStacks(new App(), config, {})).toThrow('which region is production in?')
  })

  it('are refused with a certificate of another region than the one that the AWS settings name', () => {
    const domain =
      'domain: { name: shop.example.com, certificate: "arn:aws:acm:us-east-1:111122223333:certificate/a" }'
    const config = parseConfig(`app: shop\n${domain}\nprocesses:\n  default:\n`, 'tapit.yml')

    expect(() => defineStacks(new App(), config, { CDK_DEFAULT_REGION: 'eu-west-1' })).toThrow(
      'the certificate of shop.example.com is in us-east-1, and the app in eu-west-1',
    )
  })
})

function lines(...more: readonly string[]): string {
  return ['app: shop', 'region: eu-west-1', ...more, 'processes:', '  default:', ''].join('\n')
}

function stacksOf(environments: string): readonly Stack[] {
  return defineStacks(new App(), parseConfig(lines(environments), 'tapit.yml'), {})
}

function providersIn(stack: Stack | undefined): number {
  if (stack === undefined) return NaN
  return Object.keys(Template.fromStack(stack).findResources('AWS::IAM::OIDCProvider')).length
}

/** By their names: those of tapit whose policies name it. */
function rolesThat(what: string, stack: Stack | undefined): readonly string[] {
  if (stack === undefined) throw new Error('there is no such stack')
  const template = Template.fromStack(stack)
  const policies = Object.values(template.findResources('AWS::IAM::Policy'))
  return Object.entries(template.findResources('AWS::IAM::Role'))
    .filter(([, { Properties }]) => String(Properties.RoleName).startsWith('tapit-'))
    .filter(([id]) =>
      policies.some(
        ({ Properties }) =>
          JSON.stringify(Properties.Roles).includes(`"${id}"`) &&
          JSON.stringify(Properties.PolicyDocument).includes(`"${what}"`),
      ),
    )
    .map(([, { Properties }]) => String(Properties.RoleName))
}
