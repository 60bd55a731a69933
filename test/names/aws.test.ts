import { describe, expect, it } from 'vitest'
import {
  clusterName,
  deployRoleName,
  loadBalancerName,
  repositoryName,
  targetGroupName,
} from '../../lib/names/aws.ts'

const longest = 'a'.repeat(63)
const staging = clusterName(longest, 'staging')

describe('names that AWS limits', () => {
  it.each([
    ['a load balancer', 32, [loadBalancerName(longest), loadBalancerName(staging)]],
    [
      'a target group',
      32,
      [longest, staging].flatMap(app =>
        (['blue', 'green'] as const).flatMap(color =>
          [longest, `${longest.slice(1)}b`].map(process => targetGroupName(app, process, color)),
        ),
      ),
    ],
    ['a deploy role', 64, [deployRoleName(longest), deployRoleName(staging)]],
    ['a repository', 256, [repositoryName(staging, longest), repositoryName(staging)]],
  ])(
    'of %s stay within %i characters and differ for apps, processes, colours and environments',
    (_, limit, names) => {
      expect(names.filter(name => name.length > limit)).toEqual([])
      expect(new Set(names).size).toBe(names.length)
    },
  )

  it('are plain where they fit', () => {
    expect(loadBalancerName('shop')).toBe('shop')
    expect(targetGroupName('shop', 'worker', 'blue')).toBe('shop-worker-blue')
    expect(deployRoleName('shop-staging')).toBe('tapit-deploy-shop-staging')
    expect(repositoryName('shop', 'backoffice')).toBe('shop/backoffice')
  })

  it('take nothing that AWS keeps for itself: a load balancer’s name may not begin with "internal-"', () => {
    expect(loadBalancerName('internal-tools')).toBe('tapit-internal-tools')
  })

  it('spell what a target group may not hold otherwise', () => {
    expect(targetGroupName('shop', 'send_mail', 'green')).toMatch(
      /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])$/,
    )
  })
})
