import { describe, expect, it } from 'vitest'
import { loadBalancerAddresses } from '../../lib/actions/services/load-balancer-addresses.ts'
import type { TargetGroup, Targets } from '../../lib/actions/ports.ts'
import { Trouble } from '../../lib/actions/trouble.ts'

describe('addresses of load balancers', () => {
  it('are asked for twenty at a time, each once', async () => {
    const asked: number[] = []
    const targets = targetsWith(async arns => {
      asked.push(arns.length)
      return new Map(arns.map(arn => [arn, `${arn}.elb`]))
    })

    const found = await loadBalancerAddresses([...groups(45), ...groups(45)], targets)

    expect(asked).toEqual([20, 20, 5])
    expect(found.get('tg44')).toBe('lb44.elb')
  })

  it('that AWS does not tell are missing, and the others are there', async () => {
    const targets = targetsWith(async arns => {
      if (arns.includes('lb0')) throw denied
      return new Map(arns.map(arn => [arn, `${arn}.elb`]))
    })

    const found = await loadBalancerAddresses(groups(21), targets)

    expect([...found]).toEqual([['tg20', 'lb20.elb']])
  })

  it('do not hide a bug', async () => {
    const targets = targetsWith(async () => {
      throw new TypeError('bug')
    })

    await expect(loadBalancerAddresses(groups(1), targets)).rejects.toThrow('bug')
  })
})

const denied = new Trouble({
  kind: 'denied',
  code: 'denied',
  message: 'no',
  awsCode: 'AccessDenied',
  operation: 'DescribeLoadBalancers',
})

function groups(count: number): readonly TargetGroup[] {
  return Array.from({ length: count }, (_, index) => ({
    arn: `tg${index}`,
    loadBalancers: [`lb${index}`],
    intervalSeconds: 30,
    unhealthyThreshold: 2,
  }))
}

function targetsWith(addresses: Targets['addresses']): Targets {
  return { groups: async () => [], health: async () => [], addresses }
}
