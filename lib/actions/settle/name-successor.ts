import type { Deployment } from '../../deployment/deployment.ts'
import type { Records } from '../../records/records.ts'

/** ECS tells which service deployment took over; where that is one of tapit's, people want its own name. */
export async function nameSuccessor(deployment: Deployment, records: Records): Promise<Deployment> {
  const { app, process, id, state } = deployment
  if (state.is !== 'cancelled' || !state.cancellation.successor?.startsWith('arn:')) return deployment
  const { successor } = state.cancellation
  const { deployments } = await records.listDeployments({ app, processes: [process], limit: recordsRead })
  const others = deployments.map(({ record }) => record).filter(each => each.id !== id)
  const named =
    others.find(each => serviceDeploymentOf(each) === successor) ??
    (await holder(deployment, others, records))
  return named === undefined
    ? deployment
    : { ...deployment, state: { ...state, cancellation: { ...state.cancellation, successor: named.id } } }
}

const recordsRead = 10

/** Whoever holds the lease now, if ECS has not shown it its service deployment yet. */
async function holder(
  { app, process }: Deployment,
  others: readonly Deployment[],
  records: Records,
): Promise<Deployment | undefined> {
  const lease = await records.lease(app, process)
  return others.find(each => each.id === lease?.deploymentId && serviceDeploymentOf(each) === undefined)
}

function serviceDeploymentOf({ state }: Deployment): string | undefined {
  return 'ecs' in state ? state.ecs?.serviceDeployment : undefined
}
