import { readFileSync } from 'node:fs'
import { CfnResource, type Stack } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { type CloudFormationTemplate, synthesizeExample } from './support/examples.ts'

const page = readFileSync(new URL('../../../docs/cost.md', import.meta.url), 'utf8')
const { stacks, templates } = synthesizeExample('shop')
const hours = 730

describe('docs/cost.md', () => {
  it('counts the resources of each process as they are', () => {
    const rows = tableBelow('Resources of a process').map(([type, ...counts]) => [
      type,
      ...counts.slice(0, 3).map(Number),
    ])
    const processes = ['default', 'backoffice', 'worker'].map(process =>
      typesIn(resourcesBelow('shop-staging', `Processes/${process}/`)),
    )
    const types = [...new Set(processes.flatMap(counts => Object.keys(counts)))]

    const written = Object.fromEntries(rows.map(([type, ...counts]) => [type, counts]))

    expect(written).toEqual({
      ...Object.fromEntries(types.map(type => [type, processes.map(counts => counts[type] ?? 0)])),
      together: processes.map(counts => sum(Object.values(counts))),
    })
  })

  it('counts the resources of each stack as they are', () => {
    const written = tableBelow('Resources of the rest').map(([stack, all, own]) => [
      stack,
      Number(all),
      Number(own),
    ])

    expect(written).toEqual(
      stacks.map(({ stackName }) => [
        stackName,
        Object.keys(templates[stackName]?.Resources ?? {}).length,
        resourcesBelow(stackName, 'Processes/').length,
      ]),
    )
    expect(page).toContain(
      `A new VPC is ${resourcesBelow('shop-staging', 'Network/').length} of them, or ${resourcesBelow('shop', 'Network/').length} with two NAT gateways`,
    )
  })

  it.each(['shop, in production', 'shop, in staging'])('calculates right: %s', heading => {
    const rows = costsBelow(heading)
    const products = rows.map(({ quantity, price }) => (quantity * price).toFixed(2))

    expect(products.length).toBeGreaterThan(10)
    expect(rows.map(({ amount }) => amount)).toEqual(products)
    expect(togetherBelow(heading)).toBe(sum(products.map(Number)).toFixed(2))
  })

  it.each([
    ['shop, in production', 'shop'],
    ['shop, in staging', 'shop-staging'],
  ])('takes its quantities from what is synthesized: %s', (heading, stack) => {
    const template = templates[stack] ?? { Resources: {} }
    const tasks = tasksOf(template)
    const of = (type: string): number => resourcesOf(template, type).length
    const families = tasks.length
    const running = sum(tasks.map(({ count }) => count))

    const written = Object.fromEntries(
      costsBelow(heading).map(({ unit, what, quantity }) => [`${unit} ${what.split(/[ :]/)[0]}`, quantity]),
    )

    expect(written).toMatchObject({
      'vCPU-hours Fargate': hours * sum(tasks.map(({ cpu, count }) => (cpu / 1024) * count)),
      'GB-hours Fargate': hours * sum(tasks.map(({ memory, count }) => (memory / 1024) * count)),
      'hours NAT': hours * of('AWS::EC2::NatGateway'),
      'hours load': hours * of('AWS::ElasticLoadBalancingV2::LoadBalancer'),
      // The load balancer has one in each zone, which is each public subnet.
      'hours public': hours * (of('AWS::EC2::EIP') + publicSubnetsOf(template)),
      'metrics Container':
        15 * (of('AWS::ECS::Cluster') + of('AWS::ECS::Service') + families + running + running),
      // Target tracking makes two alarms of one metric each.
      'metrics alarms': alarmMetricsOf(template) + 2 * of('AWS::ApplicationAutoScaling::ScalingPolicy'),
      'dashboard dashboard': of('AWS::CloudWatch::Dashboard'),
      'key key': of('AWS::KMS::Key'),
    })
  })
})

type Cost = {
  readonly what: string
  readonly quantity: number
  readonly unit: string
  readonly price: number
  readonly amount: string
}

function costsBelow(heading: string): readonly Cost[] {
  return tableBelow(heading)
    .filter(([what]) => what !== 'together')
    .map(([what = '', quantity = '', price = '', amount = '']) => {
      const [number = '', unit = ''] = quantity.split(' ')
      return {
        what,
        quantity: Number(number.replaceAll(',', '')),
        unit,
        price: Number(price.replace('$', '')),
        amount: amount.replace('$', ''),
      }
    })
}

function togetherBelow(heading: string): string | undefined {
  return tableBelow(heading)
    .find(([what]) => what === 'together')?.[3]
    ?.replace('$', '')
}

/** The cells of the first table below a heading, without its head, without marks. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter(line => line.startsWith('|'))
  return lines.slice(2).map(line =>
    line
      .slice(1, -1)
      .split('|')
      .map(cell => cell.replaceAll(/[*`]/g, '').trim()),
  )
}

function resourcesBelow(stackName: string, path: string): readonly CfnResource[] {
  const stack = stacks.find((each: Stack) => each.stackName === stackName)
  return (stack?.node.findAll() ?? [])
    .filter(construct => CfnResource.isCfnResource(construct))
    .filter(({ node }) => node.path.includes(`/App/${path}`))
}

function typesIn(resources: readonly CfnResource[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { cfnResourceType } of resources) counts[cfnResourceType] = (counts[cfnResourceType] ?? 0) + 1
  return counts
}

function resourcesOf({ Resources }: CloudFormationTemplate, type: string): readonly any[] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties)
}

/** The size of each process's tasks, and how many run: its count, or the fewest that auto scaling leaves. */
function tasksOf(
  template: CloudFormationTemplate,
): readonly { cpu: number; memory: number; count: number }[] {
  const [scaled] = resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget')
  return resourcesOf(template, 'AWS::ECS::Service').map(({ Tags }) => {
    const tag = (key: string): string | undefined =>
      Tags.find(({ Key }: { readonly Key: string }) => Key === `tapit:${key}`)?.Value
    const { Cpu, Memory } = resourcesOf(template, 'AWS::ECS::TaskDefinition').find(
      ({ Family }) => Family === tag('template'),
    )
    return { cpu: Number(Cpu), memory: Number(Memory), count: Number(tag('count') ?? scaled.MinCapacity) }
  })
}

function publicSubnetsOf(template: CloudFormationTemplate): number {
  return resourcesOf(template, 'AWS::EC2::Subnet').filter(({ Tags }) =>
    JSON.stringify(Tags).includes('"Public"'),
  ).length
}

function alarmMetricsOf(template: CloudFormationTemplate): number {
  return sum(
    resourcesOf(template, 'AWS::CloudWatch::Alarm').map(
      ({ Metrics }) => Metrics.filter((metric: object) => 'MetricStat' in metric).length,
    ),
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
