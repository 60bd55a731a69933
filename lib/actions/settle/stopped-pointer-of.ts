import type { Deployment } from '../../deployment/deployment.ts'
import type { StoppedPointer } from '../../records/pointer.ts'
import { pointerOf } from './pointer-of.ts'

/** What the pointer of its process becomes when a deployment is stopped. */
export function stoppedPointerOf(deployment: Deployment): StoppedPointer | undefined {
  const { state, stop } = deployment
  if ((state.is !== 'stopping' && state.is !== 'stopped') || stop === undefined) return undefined
  const pointer = pointerOf(deployment, state.ecs)
  return pointer && { ...pointer, stop }
}
