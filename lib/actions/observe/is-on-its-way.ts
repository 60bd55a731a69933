import type { Deployment } from '../../deployment/deployment.ts'

/** Whether ECS is at work on it and nothing has gone wrong. */
export function isOnItsWay({ state }: Deployment): boolean {
  return (
    state.is === 'starting' || state.is === 'checking' || state.is === 'shifting' || state.is === 'draining'
  )
}
