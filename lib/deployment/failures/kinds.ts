import type { FailureCode } from '../../names/vocabulary.ts'
import { alarm } from './alarm.ts'
import { analyzeFailed } from './analyze-failed.ts'
import { architectureMismatch } from './architecture-mismatch.ts'
import { buildFailed } from './build-failed.ts'
import { cancelled } from './cancelled.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import { cloneFailed } from './clone-failed.ts'
import { containerExited } from './container-exited.ts'
import { containerUnhealthy } from './container-unhealthy.ts'
import { hookFailed } from './hook-failed.ts'
import { imageNotFound } from './image-not-found.ts'
import { imagePullFailed } from './image-pull-failed.ts'
import type { FailureKind } from './kind.ts'
import { networking } from './networking.ts'
import { neverStarted } from './never-started.ts'
import { noRollbackCandidate } from './no-rollback-candidate.ts'
import { outOfMemory } from './out-of-memory.ts'
import { readinessTimeout } from './readiness-timeout.ts'
import { releaseFailed } from './release-failed.ts'
import { rollbackFailed } from './rollback-failed.ts'
import { secretsUnavailable } from './secrets-unavailable.ts'
import { serviceGone } from './service-gone.ts'
import { superseded } from './superseded.ts'
import { targetUnhealthy } from './target-unhealthy.ts'
import { timedOut } from './timed-out.ts'

/** Every failure code. The order is the order of recognition: what says most about the cause comes first. */
export const failureKinds: Readonly<Record<FailureCode, FailureKind>> = {
  architecture_mismatch: architectureMismatch,
  image_not_found: imageNotFound,
  networking,
  image_pull_failed: imagePullFailed,
  secrets_unavailable: secretsUnavailable,
  out_of_memory: outOfMemory,
  container_unhealthy: containerUnhealthy,
  target_unhealthy: targetUnhealthy,
  container_exited: containerExited,
  never_started: neverStarted,
  readiness_timeout: readinessTimeout,
  alarm,
  hook_failed: hookFailed,
  circuit_breaker: circuitBreaker,
  clone_failed: cloneFailed,
  analyze_failed: analyzeFailed,
  build_failed: buildFailed,
  release_failed: releaseFailed,
  timed_out: timedOut,
  superseded,
  cancelled,
  service_gone: serviceGone,
  no_rollback_candidate: noRollbackCandidate,
  rollback_failed: rollbackFailed,
}
