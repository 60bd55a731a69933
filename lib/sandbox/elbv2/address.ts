import type { LoadBalancerRecord } from './state.ts'

/**
 * The name of a load balancer: what ELB would say, but below `localhost`, so that it leads to this machine in curl and in
 * browsers without anybody's DNS (https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
 */
export function dnsName({ arn, name, scheme }: LoadBalancerRecord): string {
  const region = arn.split(':')[3] ?? ''
  const id = arn.slice(arn.lastIndexOf('/') + 1).slice(0, 8)
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${id}.${region}.elb.localhost`.toLowerCase()
}

/** What DescribeLoadBalancers answers: with the sandbox's port, once there is one. */
export function address(loadBalancer: LoadBalancerRecord, port: number | undefined): string {
  return port === undefined ? dnsName(loadBalancer) : `${dnsName(loadBalancer)}:${port}`
}
