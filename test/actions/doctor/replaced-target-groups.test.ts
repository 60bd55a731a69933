import { describe, expect, it } from 'vitest'
import { replacedTargetGroups } from '../../../lib/actions/doctor/replaced-target-groups.ts'
import { readTemplate, type Template } from '../../../lib/actions/doctor/template.ts'

const template = (targetGroup: object): Template =>
  readTemplate(
    JSON.stringify({
      Resources: {
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
        Blue: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: targetGroup },
        Green: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: targetGroup },
      },
    }),
    'a test',
  )

const deployed = { Name: 'shop-web-blue', VpcId: { Ref: 'Vpc' }, Protocol: 'HTTP', HealthCheckPath: '/' }

const found = (next: object) =>
  replacedTargetGroups({
    stack: 'shop',
    deployed: template(deployed),
    next: template(next),
    physicalIds: new Map(),
  })

describe('the target groups of a process', () => {
  it('would be made anew in another VPC, which is said once of both', () => {
    expect(found({ ...deployed, VpcId: 'vpc-0123456789abcdef0' })).toEqual([
      { is: 'target_groups_replaced', process: 'web', settings: ['VpcId'] },
    ])
  })

  it('stay where another health check or nothing changes', () => {
    expect(found({ ...deployed, HealthCheckPath: '/healthz' })).toEqual([])
    expect(found(deployed)).toEqual([])
  })
})
