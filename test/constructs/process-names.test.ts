import { describe, expect, it } from 'vitest'
import { ruleForTests, type Synthesized, web, worker } from './support/process-for-tests.ts'

const longestApp = `s${'h'.repeat(61)}p`
const longestProcess = `d${'e'.repeat(61)}t`

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-target-group.html and the quotas of each service. */
const limits = [
  ['AWS::ElasticLoadBalancingV2::TargetGroup', 'Name', 32],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'Name', 32],
  ['AWS::ECS::TaskDefinition', 'Family', 255],
  ['AWS::ECS::Service', 'ServiceName', 255],
  ['AWS::Logs::LogGroup', 'LogGroupName', 512],
  ['AWS::CloudWatch::Alarm', 'AlarmName', 255],
] as const

describe('the names of a process', () => {
  it.each(limits)(
    'of %s (%s) have at most %i characters for the longest app and process',
    (type, key, limit) => {
      const longest = webOf(longestApp, longestProcess)

      const names = namesOf(longest, type, key)

      expect(names.length).toBeGreaterThan(0)
      expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(limit)
      expect(new Set(names).size).toBe(names.length)
    },
  )

  it.each(limits)('of %s (%s) are others in another environment', (type, key) => {
    const isPerCluster = key === 'ServiceName'
    const production = namesOf(webOf('shop-with-a-rather-long-name', 'default'), type, key)

    const staging = namesOf(webOf('shop-with-a-rather-long-name-staging', 'default'), type, key)

    expect(staging.filter(name => production.includes(name))).toEqual(isPerCluster ? staging : [])
  })

  it('are the same each time', () => {
    const [one, other] = [webOf(longestApp, longestProcess), webOf(longestApp, longestProcess)]

    expect(other.template.toJSON()).toEqual(one.template.toJSON())
  })

  it('take a process with an underscore, which target groups do not', () => {
    const [blue] = namesOf(webOf('shop', 'back_office'), 'AWS::ElasticLoadBalancingV2::TargetGroup', 'Name')

    expect(blue).toMatch(/^shop-back-office-blue-[a-z0-9]{6}$/)
  })

  it('tell a worker in production from one of another app that ends alike', () => {
    const [one] = namesOf(worker({ process: 'a-b' }, { app: 'shop' }), 'AWS::Logs::LogGroup', 'LogGroupName')
    const [other] = namesOf(
      worker({ process: 'b' }, { app: 'shop-a' }),
      'AWS::Logs::LogGroup',
      'LogGroupName',
    )

    expect([one, other]).toEqual(['/tapit/shop/a-b', '/tapit/shop-a/b'])
  })
})

function webOf(app: string, process: string): Synthesized {
  return web(
    {
      process,
      rules: [ruleForTests({ process })],
      alarms: { errorPercent: 5, latencyMs: 2000 },
      strategy: {
        name: 'rolling',
        type: 'rolling',
        rollbackOn: [
          { metric: 'http.error_rate', above: 5 },
          { metric: 'http.response_time', above: 900 },
        ],
      },
    },
    { app },
  )
}

function namesOf({ template }: Synthesized, type: string, key: string): readonly string[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => String(Properties[key]))
}
