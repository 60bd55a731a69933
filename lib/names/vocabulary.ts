/** The unions of the dictionary (docs/dictionary.md). Both halves of tapit, CDK library and CLI, speak these words. */

export const deploymentStatuses = [
  'creating_approval',
  'creating_approval_denied',
  'creating',
  'waiting_for_instances',
  'running',
  'finalizing',
  'finalized',
  'cancelling',
  'cancelled',
  'rolling_back',
  'rolled_back',
  'failed',
  'deleting',
  'deleted',
] as const
/** The life of a deployment's record. */
export type DeploymentStatus = (typeof deploymentStatuses)[number]

export const promotionStages = [
  'building',
  'starting_candidate',
  'checking_readiness',
  'switching_route',
  'draining_previous',
  'active',
  'rolled_back',
] as const
/** Where a deployment stands on its way to its users. */
export type PromotionStage = (typeof promotionStages)[number]

export const groupStatuses = [
  'creating_approval',
  'running',
  'finalizing',
  'finalized',
  'cancelled',
  'creating_approval_denied',
] as const
/** The life of a group: the deployments that one command made. */
export type GroupStatus = (typeof groupStatuses)[number]

export const processKinds = ['web', 'api', 'worker'] as const
/** `web` is public behind the load balancer, `api` is reached through a route, `worker` has no load balancer. */
export type ProcessKind = (typeof processKinds)[number]

export const strategyTypes = ['rolling', 'blue_green', 'canary', 'linear'] as const
/** How traffic moves from the previous revision to the new one. */
export type StrategyType = (typeof strategyTypes)[number]

export const pauseMoments = ['switch', 'step', 'finalize'] as const
/** What a deployment can wait before: the first traffic, each step of it, the end of the old tasks. */
export type PauseMoment = (typeof pauseMoments)[number]

/** How the approval of a deployment stands, where policies are in force. */
export type ApprovalStatus =
  | 'pending'
  | 'approved'
  | 'auto_approved'
  | 'denied'
  | 'auto_denied'
  | 'cancelled'
  | 'expired'

export type Trigger = 'manual' | 'push' | 'promote' | 'rollback'
export type Health = 'pending' | 'healthy' | 'unhealthy'

export const stepNames = ['clone', 'analyze', 'build', 'deploy', 'health_check', 'finalize'] as const
export type StepName = (typeof stepNames)[number]
/** The steps that come before `deploy` where an image is built first. */
export type BuildStepName = Extract<StepName, 'clone' | 'analyze' | 'build'>
export type StepStatus = 'running' | 'succeeded' | 'failed' | 'skipped'

export const failureCodes = [
  'clone_failed',
  'analyze_failed',
  'build_failed',
  'release_failed',
  'image_not_found',
  'image_pull_failed',
  'architecture_mismatch',
  'secrets_unavailable',
  'container_exited',
  'out_of_memory',
  'container_unhealthy',
  'target_unhealthy',
  'readiness_timeout',
  'never_started',
  'circuit_breaker',
  'alarm',
  'hook_failed',
  'networking',
  'timed_out',
  'superseded',
  'cancelled',
  'service_gone',
  'no_rollback_candidate',
  'rollback_failed',
] as const
/** Why a deployment ended otherwise than live. */
export type FailureCode = (typeof failureCodes)[number]
