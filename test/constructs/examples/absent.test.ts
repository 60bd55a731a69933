import { describe, expect, it } from 'vitest'
import { type CloudFormationTemplate, type Resource, exampleStacks } from './support/examples.ts'

/** What must not be in any template, and what has to be everywhere. */
const apps = exampleStacks.filter(([stack]) => stack !== 'tapit-foundation')

describe('the templates of the examples', () => {
  it.each(apps)('%s gives no task a public address', (_, template) => {
    const networks = [...of(template, 'AWS::ECS::Service'), ...of(template, 'AWS::Scheduler::Schedule')].map(
      resource => JSON.stringify(resource),
    )

    expect(networks.length).toBeGreaterThan(0)
    expect(networks.filter(text => !text.includes('"AssignPublicIp":"DISABLED"'))).toEqual([])
  })

  it.each(apps)('%s gives no subnet public addresses by default', (_, template) => {
    const mapping = of(template, 'AWS::EC2::Subnet').filter(
      ({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch !== false,
    )

    expect(mapping).toEqual([])
  })

  it.each(apps)('%s says no number of tasks: the CLI and auto scaling do', (_, template) => {
    const counted = of(template, 'AWS::ECS::Service').filter(service => 'DesiredCount' in service)

    expect(counted).toEqual([])
  })

  it.each(apps)('%s names the release family without a revision, and never a template', (_, template) => {
    const families = of(template, 'AWS::ECS::Service').map(({ TaskDefinition }) => TaskDefinition)

    expect(families.length).toBeGreaterThan(0)
    expect(families.filter(family => typeof family !== 'string' || /[:/]|-template$/.test(family))).toEqual(
      [],
    )
  })

  it.each(apps)('%s has the circuit breaker with its rollback on in every service', (_, template) => {
    const breakers = of(template, 'AWS::ECS::Service').map(
      ({ DeploymentConfiguration }) =>
        (DeploymentConfiguration as Resource['Properties'])?.['DeploymentCircuitBreaker'],
    )

    expect(breakers.length).toBeGreaterThan(0)
    for (const breaker of breakers) expect(breaker).toMatchObject({ Enable: true, Rollback: true })
  })

  it.each(apps)('%s opens nothing to the internet but the listeners of the load balancer', (_, template) => {
    const open = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) =>
      rulesOf(Type, Properties)
        .filter(rule => /0\.0\.0\.0\/0|::\/0/.test(JSON.stringify(rule)))
        .map(({ FromPort }) => `${id} ${String(FromPort)}`),
    )

    expect(open.length).toBeGreaterThan(0)
    expect(open.filter(rule => !/^AppLoadBalancerSecurityGroup\w+ (?:80|443)$/.test(rule))).toEqual([])
  })

  it('the test listener of every example is closed to everybody', () => {
    const ports = apps.flatMap(([, template]) =>
      of(template, 'AWS::ElasticLoadBalancingV2::Listener').map(({ Port }) => Port),
    )
    const opened = apps.flatMap(([, template]) =>
      Object.values(template.Resources).flatMap(({ Type, Properties = {} }) =>
        rulesOf(Type, Properties).map(({ FromPort }) => FromPort),
      ),
    )

    expect(ports).toContain(8443)
    expect(ports).toContain(8080)
    expect(opened.filter(port => port === 8443)).toEqual([])
  })

  it.each(exampleStacks)(
    '%s holds no value of a secret, and exports nothing that another stack could hang on',
    (_, template) => {
      const text = JSON.stringify(template)
      const exported = Object.values(template.Outputs ?? {}).filter(({ Export }) => Export !== undefined)

      expect(text).not.toMatch(/resolve:(?:ssm|secretsmanager)/)
      expect(exported).toEqual([])
    },
  )

  it.each(exampleStacks)('%s has no default credentials, no Lambda and no custom resource', (_, template) => {
    const types = Object.values(template.Resources).map(({ Type }) => Type)

    expect(
      types.filter(type =>
        /^(?:AWS::Lambda::|AWS::CloudFormation::CustomResource|Custom::|AWS::IAM::User)/.test(type),
      ),
    ).toEqual([])
  })
})

function of(
  { Resources }: CloudFormationTemplate,
  type: string,
): readonly Readonly<Record<string, unknown>>[] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => Properties)
}

/** What a security group lets in, whether written in the group or beside it. */
function rulesOf(
  type: string,
  properties: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  if (type === 'AWS::EC2::SecurityGroupIngress') return [properties]
  if (type !== 'AWS::EC2::SecurityGroup') return []
  return (
    (properties['SecurityGroupIngress'] as readonly Readonly<Record<string, unknown>>[] | undefined) ?? []
  )
}
