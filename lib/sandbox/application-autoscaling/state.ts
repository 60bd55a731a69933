import type { applicationAutoScaling } from '../wire/handlers.ts'

/** Application Auto Scaling's memory: what it was told about services of ECS. Times are milliseconds since the epoch. */
export type ScalingState = {
  /** By resource id, such as `service/shop/worker`. */
  readonly targets: Record<string, ScalableTargetRecord>
}

export type ScalableTargetRecord = {
  readonly resourceId: string
  readonly arn: string
  readonly role: string
  readonly createdAt: number
  min: number
  max: number
  suspended: Required<applicationAutoScaling.SuspendedState>
  /** By name. */
  readonly policies: Record<string, ScalingPolicyRecord>
}

export type ScalingPolicyRecord = {
  readonly arn: string
  readonly createdAt: number
  /** What PutScalingPolicy was given. */
  readonly settings: applicationAutoScaling.PutScalingPolicyRequest
}

export function emptyScaling(): ScalingState {
  return { targets: {} }
}
