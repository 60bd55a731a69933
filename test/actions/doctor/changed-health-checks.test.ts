import { describe, expect, it } from 'vitest'
import { changedHealthChecks } from '../../../lib/actions/doctor/changed-health-checks.ts'
import { readTemplate, type Template } from '../../../lib/actions/doctor/template.ts'

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>

const targetGroup = (more: object = {}) => ({
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { HealthCheckPath: '/healthz', Matcher: { HttpCode: '200-299' }, ...more },
})
const shop: Resources = {
  Service: {
    Type: 'AWS::ECS::Service',
    Properties: {
      ServiceName: 'web',
      LoadBalancers: [
        {
          TargetGroupArn: { Ref: 'Blue' },
          AdvancedConfiguration: { AlternateTargetGroupArn: { Ref: 'Green' } },
        },
      ],
    },
  },
  Blue: targetGroup(),
  Green: targetGroup(),
  Foreign: targetGroup(),
}
const both = (more: object): Resources => ({ ...shop, Blue: targetGroup(more), Green: targetGroup(more) })

const template = (resources: Resources): Template =>
  readTemplate(JSON.stringify({ Resources: resources }), 'a test')

const changed = (next: Resources) =>
  changedHealthChecks({
    stack: 'shop',
    deployed: template(shop),
    next: template(next),
    physicalIds: new Map(),
  })

const path = { setting: 'HealthCheckPath', before: '/healthz', after: '/ready' }

describe('the health check of a process', () => {
  it.each<{ readonly fact: string; readonly next: Resources; readonly changes: readonly object[] }>([
    {
      fact: 'its path, which is said once of both target groups',
      next: both({ HealthCheckPath: '/ready' }),
      changes: [path],
    },
    {
      fact: 'the path of the alternate target group alone',
      next: { ...shop, Green: targetGroup({ HealthCheckPath: '/ready' }) },
      changes: [path],
    },
    {
      fact: 'its codes, and its patience, which was the default',
      next: both({ Matcher: { HttpCode: '200' }, UnhealthyThresholdCount: 2 }),
      changes: [
        { setting: 'Matcher', before: '200-299', after: '200' },
        { setting: 'UnhealthyThresholdCount', before: undefined, after: '2' },
      ],
    },
  ])('changes with $fact', ({ next, changes }) => {
    expect(changed(next)).toEqual([{ is: 'health_check_changed', process: 'web', changes }])
  })

  it.each<{ readonly fact: string; readonly next: Resources }>([
    { fact: 'nothing changes', next: shop },
    { fact: 'something else of the target groups changes', next: both({ Tags: [] }) },
    {
      fact: 'the target group is of no service',
      next: { ...shop, Foreign: targetGroup({ HealthCheckPath: '/' }) },
    },
    { fact: 'the target groups go', next: { Service: shop['Service'] ?? targetGroup() } },
    { fact: 'the service goes', next: { Blue: targetGroup({ HealthCheckPath: '/ready' }) } },
  ])('stays where $fact', ({ next }) => {
    expect(changed(next)).toEqual([])
  })
})
