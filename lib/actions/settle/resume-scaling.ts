import type { Deployment } from '../../deployment/deployment.ts'
import type { DeployEvent } from '../events.ts'
import type { Ports } from '../ports.ts'
import { Trouble } from '../trouble.ts'

/** Whether its service scaled before it was stopped, and does not yet since this deployment brought it back. */
export function isOwedItsScaling({ state, resumes, isResumed = false }: Deployment): boolean {
  return state.is === 'live' && resumes !== undefined && !isResumed
}

/** Lets a service that was stopped scale again as before. A minimum that somebody has set since then stays. */
export async function resumeScaling(
  deployment: Deployment,
  { scaling, clock }: Pick<Ports, 'scaling' | 'clock'>,
): Promise<{ readonly deployment: Deployment; readonly events: readonly DeployEvent[] }> {
  const { process, cluster, service, resumes } = deployment
  if (resumes === undefined) return { deployment, events: [] }
  try {
    const [target] = await scaling.targets(cluster, [service])
    if (target !== undefined) {
      const min = Math.min(resumes.min, target.max)
      const { suspended } = resumes
      await scaling.change({ cluster, service, suspended, ...(target.min === 0 && { min }) })
    }
    return { deployment: { ...deployment, isResumed: true }, events: [] }
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    const warning = { is: 'not_resumed', process, reason: error.message } as const
    return { deployment, events: [{ is: 'warned', at: clock.now(), warning }] }
  }
}
