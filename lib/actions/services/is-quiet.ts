import type { Service } from '../ports.ts'

/**
 * Whether DescribeServices alone shows that nothing is under way: one deployment, completed. Anything else is looked up in the
 * service deployments, since the classic view lags them at both ends.
 */
export function isQuiet({ deployments }: Pick<Service, 'deployments'>): boolean {
  const [primary, second] = deployments
  return second === undefined && primary?.rolloutState === 'COMPLETED'
}
