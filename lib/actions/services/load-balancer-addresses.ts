import { batches, inParallel } from '../batches.ts'
import type { TargetGroup, Targets } from '../ports.ts'
import { Trouble } from '../trouble.ts'

const perCall = 20
const readsAtOnce = 5

/** DNS names by ARN of the target group. They only make a URL to show: one that AWS does not tell is missing, and stops nothing. */
export async function loadBalancerAddresses(
  groups: readonly TargetGroup[],
  targets: Targets,
): Promise<ReadonlyMap<string, string>> {
  const arns = [...new Set(groups.flatMap(({ loadBalancers }) => loadBalancers))]
  const answers = await inParallel(batches(arns, perCall), readsAtOnce, batch => tell(batch, targets))
  const names = new Map(answers.flatMap(answer => [...answer]))
  return new Map(
    groups.flatMap(({ arn, loadBalancers }) => {
      const name = loadBalancers.map(each => names.get(each)).find(each => each !== undefined)
      return name === undefined ? [] : [[arn, name] as const]
    }),
  )
}

async function tell(arns: readonly string[], targets: Targets): Promise<ReadonlyMap<string, string>> {
  try {
    return await targets.addresses(arns)
  } catch (error) {
    if (error instanceof Trouble) return new Map()
    throw error
  }
}
