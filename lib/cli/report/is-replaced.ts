import type { Deployment } from '../../deployment/deployment.ts'
import type { Pointer } from '../../records/pointer.ts'

/** Whether a deployment went live and another one is active now, as far as the pointers are known. */
export function isReplaced({ app, process, id, state }: Deployment, pointers?: readonly Pointer[]): boolean {
  if (state.is !== 'live' || pointers === undefined) return false
  return !pointers.some(
    pointer => pointer.app === app && pointer.process === process && pointer.deploymentId === id,
  )
}
