import type { Deployment } from '../../deployment/deployment.ts'
import type { StateName } from '../../deployment/state.ts'
import { pauseIn } from './pause-in.ts'
import { pauseWords } from './pause-words.ts'

/** What is being done to a process, as the end of a sentence about it: `worker is starting`; nothing once it has ended. */
export function progressWords(
  deployment: Deployment,
  { ofMany = false }: { readonly ofMany?: boolean } = {},
): string | undefined {
  const { state } = deployment
  if (isAskedBack(deployment)) return 'being cancelled'
  const pause = pauseIn(state)
  if (pause !== undefined) return `waiting ${pauseWords(pause, deployment)}`
  switch (state.is) {
    case 'awaiting_approval':
      return deployment.approval?.met === undefined
        ? 'waiting for approval'
        : 'approved and waiting to be started'
    case 'preparing':
      return state.step === 'register' ? 'being prepared' : 'being built'
    case 'starting':
      return 'starting'
    case 'checking':
      return 'being checked'
    case 'shifting':
      return movesTraffic(deployment)
        ? `switching ${ofMany ? 'their routes' : 'its route'}`
        : 'running beside the old tasks'
    case 'draining':
      return 'draining what ran before'
    case 'watching':
      return `being watched as ${ofMany ? 'they run' : 'it runs'}`
    case 'rolling_back':
      return 'rolling back'
    case 'cancelling':
      return 'being cancelled'
    case 'stopping':
      return 'being stopped'
    case 'denied':
    case 'live':
    case 'rolled_back':
    case 'cancelled':
    case 'failed':
    case 'stopped':
      return undefined
  }
}

/** Without a load balancer there is none to move; only where new tasks run beside the old ones does that need other words. */
function movesTraffic({ strategy, health }: Deployment): boolean {
  return strategy === 'rolling' || health.loadBalanced
}

/** ECS was asked, and its answer does not show in the state yet; one that drains has no other state until its end. */
function isAskedBack({ state, cancelRequested }: Deployment): boolean {
  return cancelRequested !== undefined && underWay.has(state.is)
}

const underWay: ReadonlySet<StateName> = new Set(['starting', 'checking', 'shifting', 'draining'])
