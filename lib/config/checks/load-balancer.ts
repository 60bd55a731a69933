import type { Mistake } from '../mistakes/mistake.ts'
import type { View } from './view.ts'

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const mostRules = 100
const mostTargetGroups = 100

/** What one load balancer holds. A process behind one rule has another for test traffic, and two target groups. */
export function checkLoadBalancer({ app: { rules, environment } }: View): readonly Mistake[] {
  const reached = [...new Set(rules.map(({ process }) => process))]
  const single = reached.filter(name => rules.filter(({ process }) => process === name).length === 1).length
  const counts = [
    { count: rules.length + single, most: mostRules, what: 'rules' },
    { count: reached.length + single, most: mostTargetGroups, what: 'target groups' },
  ]
  return counts
    .filter(({ count, most }) => count > most)
    .map(({ count, most, what }) => ({
      path: ['routes'],
      on: 'key',
      message: `the load balancer of ${environment} would need ${count} ${what}. Allowed: ${most}; put some of the processes into an app of their own.`,
    }))
}
