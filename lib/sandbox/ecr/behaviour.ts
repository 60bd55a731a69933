/** What an image does once a task runs it. Pushed as an annotation of its manifest; `ok` where there is none. */
export const behaviours = [
  /** Starts, logs, stays, answers its health checks. */
  'ok',
  /** As `ok`, but takes about three times as long to become healthy. */
  'slow',
  /** Logs its lines and exits with 1 shortly after it started. */
  'crash',
  /** The registry refuses the pull for a reason that may pass. */
  'pull-error',
  /** A secret of the task definition cannot be fetched. */
  'missing-secret',
  /** Runs, but fails its health checks. */
  'unhealthy',
  /** The first task fails once, the next ones are fine. */
  'flaky',
  /** Fine until well after the deployment succeeded, then exits with 1. */
  'late-crash',
  /** Is killed for using too much memory. */
  'oom',
  /** Built for another CPU architecture than the task's. */
  'wrong-arch',
  /** Healthy in every check, but answers every second request with 500. */
  'errors',
  /** Healthy, but each request takes three seconds, or as long as a short pace lets it. */
  'slow-requests',
] as const

export type Behaviour = (typeof behaviours)[number]

export function isBehaviour(word: string): word is Behaviour {
  return behaviours.some(behaviour => behaviour === word)
}
